import path from "node:path";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ProgramError } from "../errors.ts";
import { openInput, standardInput } from "../input/files.ts";
import { humanSize } from "../render/human.ts";
import { renderTable } from "../render/table.ts";
import { isPlain, visible } from "../render/text.ts";

/** `stowage data ls|get|set|size|digest`: a container's big data items. */
export const declareData: DeclareCommand = (program, run) => {
  const group = program
    .command("data")
    .description("Files that are kept with a container, each under a key.");

  group
    .command("ls")
    .description("List its items with size and digest.")
    .argument("<container>", containerArgument)
    .addHelpText(
      "after",
      examples(["stowage data ls web", ""], ["stowage data ls web -q", "keys only, one a line"]),
    )
    .action(run<[string]>(listItems));

  group
    .command("get")
    .description("Write an item to standard output, or into a file, which is replaced whole or not at all.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .argument("[file]", "the file to write; -: standard output, also onto a terminal")
    .addHelpText(
      "after",
      examples(
        ["stowage data get web config.json | jq .", ""],
        ["stowage data get web config.json ./config.json", ""],
      ),
    )
    .action(run<[string, string, string | undefined]>(getItem));

  group
    .command("set")
    .description("Keep a file under a key; an item of that key is replaced.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .argument("[file]", "the file to read; - or nothing: standard input")
    .addHelpText(
      "after",
      examples(
        ["stowage data set web config.json ./config.json", ""],
        ["tar c logs | stowage data set web logs.tar", "streamed, of any size"],
      ),
    )
    .action(
      run<[string, string, string | undefined]>(async (context, [ref, key, file = standardInput]) => {
        const input = await openInput(context, file);
        const { id, bigDataSizes, bigDataDigests } = await context.withStore("change", (store) =>
          store.setBigData(ref, key, input, { signal: context.signal }),
        );
        await context.print({
          json: () => ({ id, key, size: bigDataSizes.get(key), digest: bigDataDigests.get(key) }),
          text: () => "",
        });
      }),
    );

  group
    .command("size")
    .description("Print an item's size in bytes.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .addHelpText("after", examples(["stowage data size web config.json", ""]))
    .action(
      run<[string, string]>(async (context, [ref, key]) => {
        const { id, size } = await context.withStore("read", async (store) => {
          const id = await store.lookup(ref, { signal: context.signal });
          return { id, size: await store.bigDataSize(id, key, { signal: context.signal }) };
        });
        await context.print({ json: () => ({ id, key, size }), text: () => `${size}\n` });
      }),
    );

  group
    .command("digest")
    .description("Print an item's SHA-256 digest.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .addHelpText("after", examples(["stowage data digest web config.json", ""]))
    .action(
      run<[string, string]>(async (context, [ref, key]) => {
        const { id, digest } = await context.withStore("read", async (store) => {
          const id = await store.lookup(ref, { signal: context.signal });
          return { id, digest: await store.bigDataDigest(id, key, { signal: context.signal }) };
        });
        await context.print({ json: () => ({ id, key, digest }), text: () => `${visible(digest)}\n` });
      }),
    );
};

async function listItems(context: CommandContext, [ref]: readonly [string]): Promise<void> {
  const container = await context.withStore("read", (store) => store.get(ref, { signal: context.signal }));
  const items = container.bigDataNames.map((key) => ({
    key,
    size: container.bigDataSizes.get(key) ?? null,
    digest: container.bigDataDigests.get(key) ?? null,
  }));
  if (context.json) {
    await context.print({ json: () => ({ id: container.id, data: items }), text: () => "" });
    return;
  }
  if (context.quiet) {
    await context.stdout.write(items.map(({ key }) => `${visible(key)}\n`).join(""));
    return;
  }
  const { columns, style, isTerminal } = context.stdout;
  await context.stdout.write(
    await renderTable(
      [
        { heading: "KEY", cell: ({ key }) => key, least: 8 },
        {
          heading: "SIZE",
          cell: ({ size }) => (size === null ? "-" : isTerminal ? humanSize(size) : String(size)),
          align: "right",
        },
        { heading: "DIGEST", cell: ({ digest }) => digest ?? "-", least: 19, dropOrder: 1 },
      ],
      items,
      { width: columns, style },
    ),
  );
}

async function getItem(
  context: CommandContext,
  [ref, key, file]: readonly [string, string, string | undefined],
): Promise<void> {
  const { signal, stdout } = context;
  const { id, data } = await context.withStore("read", async (store) => {
    const id = await store.lookup(ref, { signal });
    return { id, data: await store.bigData(id, key, { signal }) };
  });

  if (file !== undefined && file !== standardInput) {
    const { writeOutputFile } = await import("../output-file.ts");
    await writeOutputFile(path.resolve(context.surroundings.cwd, file), data);
    await context.print({ json: () => ({ id, key, size: data.byteLength, file }), text: () => "" });
    return;
  }
  if (context.json) {
    const base64 = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
    await context.print({ json: () => ({ id, key, size: data.byteLength, base64 }), text: () => "" });
    return;
  }
  if (stdout.isTerminal && file === undefined) refuseToUpsetTerminal(data, key);
  await stdout.write(data);
}

/** Bytes from a store are not to steer the terminal unless that is asked for with `-`. */
function refuseToUpsetTerminal(data: Uint8Array, key: string): void {
  let text: string | undefined;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    // Not text at all.
  }
  if (text !== undefined && isPlain(text)) return;
  throw new ProgramError("ERR_BINARY_OUTPUT", `item ${key} is no plain text and could upset the terminal`, {
    hint: "name a file to write it to, or - to show it all the same",
  });
}
