import type { BigDataReader } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ProgramError, UsageError } from "../errors.ts";
import { standardInput as standardOutput } from "../input/files.ts";
import { parseRange } from "../input/range.ts";
import type { ByteRange } from "../input/range.ts";
import { withOutputFile } from "../output-file.ts";
import { withProgress } from "../progress.ts";
import { encodeJson } from "../render/json.ts";
import { isPlain } from "../render/text.ts";

interface GetFlags {
  readonly verify?: true;
  readonly range?: ByteRange;
}

/** `stowage data get`: piece by piece, whatever the size. */
export const declareDataGet: DeclareCommand = (group, run) => {
  group
    .command("get")
    .description("Write an item to standard output, or into a file, which is replaced whole or not at all.")
    .argument("<container>", containerArgument)
    .argument("<key>", "what the item is kept under")
    .argument("[file]", "the file to write; -: standard output, also onto a terminal")
    .option(
      "--verify",
      "fail in the end when its SHA-256 is not the recorded one; a file is not written then",
    )
    .option(
      "--range <start:end>",
      "only from byte START up to, not including, END; one may be missing",
      parseRange,
    )
    .addHelpText(
      "after",
      examples(
        ["stowage data get web config.json | jq .", ""],
        ["stowage data get web config.json ./config.json", ""],
        ["stowage data get web logs.tar ./logs.tar --verify", ""],
        ["stowage data get web logs.tar --range 0:512 | xxd", "its first 512 bytes"],
      ),
    )
    .action(run<[string, string, string | undefined], GetFlags>(getItem));
};

async function getItem(
  context: CommandContext,
  [ref, key, file]: readonly [string, string, string | undefined],
  { verify, range }: GetFlags,
): Promise<void> {
  if (verify && range !== undefined) {
    throw new UsageError(
      "a part cannot be verified, as the digest is of the whole item",
      "leave --verify or --range out",
    );
  }
  const { signal, stdout } = context;
  await context.withStore("read", async (store) => {
    const id = await store.lookup(ref, { signal });
    await using item = await store.openBigData(id, key, { ...range, verify, signal });
    if (file !== undefined && file !== standardOutput) await writeFile(context, item, file);
    else if (context.json) await writeJson(context, item);
    else if (stdout.isTerminal && file === undefined) await writePlainText(context, item);
    else for await (const chunk of item) await stdout.write(chunk);
  });
}

async function writeFile(context: CommandContext, item: BigDataReader, file: string): Promise<void> {
  const { id, key, size } = item;
  await withOutputFile(context, file, async ({ stream, commit }) => {
    const { pipeline } = await import("node:stream/promises");
    await withProgress(context, "reading", async (tell) => {
      async function* pieces(): AsyncGenerator<Uint8Array> {
        let done = 0;
        for await (const chunk of item) {
          yield chunk;
          done += chunk.byteLength;
          tell({ done, total: size, unit: "bytes" });
        }
      }
      await pipeline(pieces(), stream);
    });
    await commit();
  });
  await context.print({ json: () => ({ id, key, size, file }), text: () => "" });
}

/** One line of JSON, written as the bytes come. */
async function writeJson({ stdout }: CommandContext, item: BigDataReader): Promise<void> {
  const { id, key, size } = item;
  await stdout.write(`${encodeJson({ id, key, size }).slice(0, -1)},"base64":"`);
  let rest = Buffer.alloc(0);
  for await (const chunk of item) {
    const bytes = Buffer.concat([rest, chunk]);
    // Three bytes make four letters.
    const whole = bytes.length - (bytes.length % 3);
    await stdout.write(bytes.toString("base64", 0, whole));
    rest = bytes.subarray(whole);
  }
  await stdout.write(`${rest.toString("base64")}"}\n`);
}

/** Bytes from a store are not to steer the terminal unless that is asked for with `-`. */
async function writePlainText({ stdout }: CommandContext, item: BigDataReader): Promise<void> {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw upsetting(item.key);
    }
  };
  const write = async (text: string): Promise<void> => {
    if (!isPlain(text)) throw upsetting(item.key);
    await stdout.write(text);
  };
  // Kept back, since only what follows tells whether it is the end of a line.
  let kept = "";
  for await (const chunk of item) {
    const text = kept + decode(chunk);
    kept = text.endsWith("\r") ? "\r" : "";
    await write(text.slice(0, text.length - kept.length));
  }
  await write(kept + decode());
}

function upsetting(key: string): ProgramError {
  return new ProgramError("ERR_BINARY_OUTPUT", `item ${key} is no plain text and could upset the terminal`, {
    hint: "name a file to write it to, or - to show it all the same",
  });
}
