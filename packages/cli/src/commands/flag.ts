import type { Container, ContainerStore, JsonValue } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { parseFlagValue } from "../input/arguments.ts";
import { encodeJson } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import { lines, visible } from "../render/text.ts";

interface SetFlags {
  readonly text?: true;
}

/** `stowage flag ls|set|clear`; with `--json` each prints `{"id","flags"}` as they are afterwards. */
export const declareFlag: DeclareCommand = (program, run) => {
  const group = program
    .command("flag")
    .description("Show and change a container's flags: JSON values under a name.");

  group
    .command("ls")
    .description("List its flags, NAME=JSON, one a line.")
    .argument("<container>", containerArgument)
    .addHelpText("after", examples(["stowage flag ls web", ""]))
    .action(
      run<[string]>(async (context, [ref]) => {
        const container = await context.withStore("read", (store) =>
          store.get(ref, { signal: context.signal }),
        );
        await context.print({
          json: () => flagsOf(container),
          text: () =>
            lines(
              [...container.flags].map(
                ([flag, value]) => `${visible(flag)}=${encodeJson(value as Encodable)}`,
              ),
            ),
        });
      }),
    );

  group
    .command("set")
    .description(
      'Set flags. A value that reads as JSON is stored as that (true, 3, ["a"]), any other as text.',
    )
    .argument("<container>", containerArgument)
    .argument("<flag=value...>", "flags and their values; a single one also as FLAG VALUE")
    .option("--text", "store every value as text, whatever it looks like")
    .addHelpText(
      "after",
      examples(
        ["stowage flag set web pinned=true owner=me", ""],
        ["stowage flag set web version --text 3", 'the text "3", not the number'],
      ),
    )
    .action(
      run<[string, string[]], SetFlags>(async (context, [ref, words], { text }) => {
        const values = valuesToSet(words, text ? (value) => value : parseFlagValue);
        await change(context, ref, values, (store, id, [flag, value]) =>
          store.setFlag(id, flag, value, { signal: context.signal }),
        );
      }),
    );

  group
    .command("clear")
    .description("Remove flags; those it does not have are passed over.")
    .argument("<container>", containerArgument)
    .argument("<flag...>")
    .addHelpText("after", examples(["stowage flag clear web pinned", ""]))
    .action(
      run<[string, string[]]>(async (context, [ref, flags]) => {
        await change(context, ref, flags, (store, id, flag) =>
          store.clearFlag(id, flag, { signal: context.signal }),
        );
      }),
    );
};

/** One change after another, all on the container that `ref` meant at the first. */
async function change<T>(
  context: CommandContext,
  ref: string,
  changes: readonly T[],
  apply: (store: ContainerStore, id: string, change: T) => Promise<Container>,
): Promise<void> {
  const container = await context.withStore("change", async (store) => {
    let changed = await store.get(ref, { signal: context.signal });
    for (const each of changes) changed = await apply(store, changed.id, each);
    return changed;
  });
  await context.print({ json: () => flagsOf(container), text: () => "" });
}

/** Either FLAG=VALUE words, or the two words FLAG VALUE. */
function valuesToSet(
  words: readonly string[],
  parse: (text: string) => JsonValue,
): readonly (readonly [flag: string, value: JsonValue])[] {
  const [first, second] = words;
  if (words.length === 2 && first !== undefined && second !== undefined && !first.includes("=")) {
    return [[first, parse(second)]];
  }
  return words.map((word) => {
    const split = word.indexOf("=");
    if (split < 1) {
      throw new UsageError(`${JSON.stringify(word)} is no FLAG=VALUE`, "write for example pinned=true");
    }
    return [word.slice(0, split), parse(word.slice(split + 1))] as const;
  });
}

function flagsOf({ id, flags }: Container): Encodable {
  return { id, flags: flags as ReadonlyMap<string, Encodable> };
}
