import type { Container, JsonValue, Transaction } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { parseFlagValue } from "../input/arguments.ts";
import { ifUnchangedOption, readSeen } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { encodeJson } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";
import { lines, visible } from "../render/text.ts";

interface SetFlags extends IfUnchangedFlags {
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
    .addOption(ifUnchangedOption())
    .addHelpText(
      "after",
      examples(
        ["stowage flag set web pinned=true owner=me", ""],
        ["stowage flag set web version --text 3", 'the text "3", not the number'],
      ),
    )
    .action(
      run<[string, string[]], SetFlags>(async (context, [ref, words], options) => {
        const values = valuesToSet(words, options.text ? (value) => value : parseFlagValue);
        await change(context, { ref, options, changes: values }, (tx, id, [flag, value]) =>
          tx.setFlag(id, flag, value),
        );
      }),
    );

  group
    .command("clear")
    .description("Remove flags; those it does not have are passed over.")
    .argument("<container>", containerArgument)
    .argument("<flag...>")
    .addOption(ifUnchangedOption())
    .addHelpText("after", examples(["stowage flag clear web pinned", ""]))
    .action(
      run<[string, string[]], IfUnchangedFlags>(async (context, [ref, flags], options) => {
        await change(context, { ref, options, changes: flags }, (tx, id, flag) => tx.clearFlag(id, flag));
      }),
    );
};

/** All the changes, or none. */
async function change<T>(
  context: CommandContext,
  {
    ref,
    options,
    changes,
  }: { readonly ref: string; readonly options: IfUnchangedFlags; readonly changes: readonly T[] },
  apply: (tx: Transaction, id: string, change: T) => Promise<Container>,
): Promise<void> {
  const { signal } = context;
  const assertUnchanged = await readSeen(context, options);
  const container = await context.withStore("change", (store) =>
    store.transaction(
      async (tx) => {
        let changed = await tx.get(ref);
        assertUnchanged(changed);
        for (const each of changes) changed = await apply(tx, changed.id, each);
        return changed;
      },
      { signal },
    ),
  );
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
