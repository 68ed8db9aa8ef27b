import type { Command } from "commander";
import type { Container } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand, RunCommand } from "../declare.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { IfUnchangedFlags } from "../input/if-unchanged.ts";
import { lines, visible } from "../render/text.ts";

interface TakeFlags extends IfUnchangedFlags {
  readonly steal?: true;
}

/** `stowage name ls|add|rm|set`; with `--json` each prints `{"id","names"}` as they are afterwards. */
export const declareName: DeclareCommand = (program, run) => {
  const group = program.command("name").description("Show and change a container's names.");

  group
    .command("ls")
    .description("List its names, one a line.")
    .argument("<container>", containerArgument)
    .addHelpText("after", examples(["stowage name ls web", ""]))
    .action(
      run<[string]>(async (context, [ref]) => {
        const container = await context.withStore("read", (store) =>
          store.get(ref, { signal: context.signal }),
        );
        await context.print({
          json: () => namesOf(container),
          text: () => lines(container.names.map(visible)),
        });
      }),
    );

  declareTaking(group, run, {
    command: "add",
    description: "Give it more names; they come before those it has.",
    arity: "<name...>",
    examples: [
      ["stowage name add web www", ""],
      ["stowage name add web www --steal", "even if another container is called so"],
    ],
  });

  declareTaking(group, run, {
    command: "set",
    description: "Give it these names and no others; none at all takes every name away.",
    arity: "[name...]",
    examples: [
      ["stowage name set web web www", ""],
      ["stowage name set web", "no names"],
    ],
  });

  group
    .command("rm")
    .description("Take names away from it; those it does not have are passed over.")
    .argument("<container>", containerArgument)
    .argument("<name...>")
    .addOption(ifUnchangedOption())
    .addHelpText("after", examples(["stowage name rm web www", ""]))
    .action(
      run<[string, string[]], IfUnchangedFlags>(async (context, [ref, names], options) => {
        const { signal } = context;
        const assertUnchanged = await readSeen(context, options);
        const changed = await context.withStore("change", async (store) => {
          const ifUnchanged = await seenContainer(store, ref, options, { assertUnchanged, signal });
          return await store.removeNames(ref, names, { ifUnchanged, signal });
        });
        await printChanged(context, changed);
      }),
    );
};

interface Taking {
  readonly command: "add" | "set";
  readonly description: string;
  readonly arity: string;
  readonly examples: readonly (readonly [string, string])[];
}

/** The two that may meet a name that another container holds. */
function declareTaking(group: Command, run: RunCommand, taking: Taking): void {
  group
    .command(taking.command)
    .description(taking.description)
    .argument("<container>", containerArgument)
    .argument(taking.arity)
    .option("--steal", "take a name from the container that holds it")
    .addOption(ifUnchangedOption())
    .addHelpText("after", examples(...taking.examples))
    .action(
      run<[string, string[]], TakeFlags>(async (context, [ref, names], flags) => {
        const { signal } = context;
        const assertUnchanged = await readSeen(context, flags);
        const changed = await context.withStore("change", async (store) => {
          const ifUnchanged = await seenContainer(store, ref, flags, { assertUnchanged, signal });
          const options = { onConflict: flags.steal ? "steal" : "error", ifUnchanged, signal } as const;
          return taking.command === "add"
            ? await store.addNames(ref, names, options)
            : await store.setNames(ref, names, options);
        });
        await printChanged(context, changed);
      }),
    );
}

async function printChanged(context: CommandContext, container: Container): Promise<void> {
  await context.print({ json: () => namesOf(container), text: () => "" });
}

function namesOf({ id, names }: Container): { readonly id: string; readonly names: readonly string[] } {
  return { id, names };
}
