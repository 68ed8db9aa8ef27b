import type { Container } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ifUnchangedOption, readSeen } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { humanSize } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { renderTable } from "../render/table.ts";
import { lines, visible } from "../render/text.ts";
import { declareDataCopy } from "./data-copy.ts";
import { declareDataGet } from "./data-get.ts";
import { declareDataSet } from "./data-set.ts";
import { declareDataVerify } from "./data-verify.ts";

export const keyArgument = "what the item is kept under";

/** `stowage data …`: a container's big data items. */
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

  declareDataGet(group, run);
  declareDataSet(group, run);
  declareDataCopy(group, run);

  group
    .command("rm")
    .description("Remove items: all of them, or none when one is not there.")
    .argument("<container>", containerArgument)
    .argument("<key...>", keyArgument)
    .addOption(ifUnchangedOption())
    .addHelpText("after", examples(["stowage data rm web config.json logs.tar", ""]))
    .action(
      run<[string, string[]], IfUnchangedFlags>(async (context, [ref, keys], options) => {
        const { signal } = context;
        const assertUnchanged = await readSeen(context, options);
        const changed = await context.withStore("change", (store) =>
          store.transaction(
            async (tx) => {
              let container = await tx.get(ref);
              assertUnchanged(container);
              for (const key of keys) container = await tx.removeBigData(container.id, key);
              return container;
            },
            { signal },
          ),
        );
        await context.print({ json: () => itemsOf(changed), text: () => "" });
      }),
    );

  declareDataVerify(group, run);

  group
    .command("size")
    .description("Print an item's size in bytes.")
    .argument("<container>", containerArgument)
    .argument("<key>", keyArgument)
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
    .argument("<key>", keyArgument)
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
  const { data } = itemsOf(container);
  if (context.json) {
    await context.print({ json: () => itemsOf(container), text: () => "" });
    return;
  }
  if (context.quiet) {
    await context.stdout.write(lines(data.map(({ key }) => visible(key))));
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
      data,
      { width: columns, style },
    ),
  );
}

interface ListedItem {
  readonly key: string;
  readonly size: number | bigint | null;
  readonly digest: string | null;
  readonly [more: string]: Encodable;
}

function itemsOf(container: Container): { readonly id: string; readonly data: readonly ListedItem[] } {
  const { id, bigDataNames, bigDataSizes, bigDataDigests } = container;
  return {
    id,
    data: bigDataNames.map((key) => ({
      key,
      size: bigDataSizes.get(key) ?? null,
      digest: bigDataDigests.get(key) ?? null,
    })),
  };
}
