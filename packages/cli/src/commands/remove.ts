import type { ContainerStore } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { ifUnchangedOption, readSeen, seenContainer } from "../input/if-unchanged.ts";
import type { AssertUnchanged, IfUnchangedFlags } from "../input/if-unchanged.ts";
import { lines, visible } from "../render/text.ts";
import { withSuggestion } from "../suggest.ts";

/** Containers that may be removed with one save. What is gone is told after each, so that Ctrl-C loses little of it. */
const TOGETHER = 256;

/** `stowage rm`: prints the id of each that is gone, and goes on after one that fails. */
export const declareRemove: DeclareCommand = (program, run) => {
  program
    .command("rm")
    .alias("delete")
    .description("Remove containers with their big data, and print their ids.")
    .argument("<container...>", containerArgument)
    .addOption(ifUnchangedOption())
    .addHelpText(
      "after",
      examples(
        ["stowage rm web", ""],
        ["stowage ls -q --no-trunc | xargs stowage rm", "all of them"],
        ["stowage inspect web >seen.json && stowage rm web --if-unchanged seen.json", ""],
      ),
    )
    .action(run<[string[]], IfUnchangedFlags>(removeContainers));
};

async function removeContainers(
  context: CommandContext,
  [refs]: readonly [string[]],
  options: IfUnchangedFlags,
): Promise<ExitCode> {
  const assertUnchanged = await readSeen(context, options);
  const removed: string[] = [];
  let exitCode: ExitCode = ExitCode.done;
  try {
    await context.withStore("change", async (store) => {
      for (let start = 0; start < refs.length; start += TOGETHER) {
        const some = refs.slice(start, start + TOGETHER);
        const outcomes = await removeTogether(context, store, some, options, assertUnchanged);
        const gone = outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value);
        removed.push(...gone);
        // First of all, since a failure may end the command.
        if (!context.json) await context.stdout.write(lines(gone.map(visible)));
        for (const outcome of outcomes) {
          if (outcome.status === "fulfilled") continue;
          const error = await withSuggestion(store, outcome.reason, context.signal);
          exitCode = await context.reportAndGoOn(error);
        }
      }
    });
  } finally {
    // Also when it was cut short: what is gone is gone, and must be told.
    if (context.json) await context.print({ json: () => ({ ids: removed }), text: () => "" });
  }
  return exitCode;
}

/** Each succeeds or fails by itself; those that are asked for at once share a save. */
async function removeTogether(
  { signal }: CommandContext,
  store: ContainerStore,
  refs: readonly string[],
  options: IfUnchangedFlags,
  assertUnchanged: AssertUnchanged,
): Promise<PromiseSettledResult<string>[]> {
  const found = await Promise.allSettled(
    refs.map(async (ref) => {
      const ifUnchanged = await seenContainer(store, ref, options, { assertUnchanged, signal });
      return { id: ifUnchanged?.id ?? (await store.lookup(ref, { signal })), ifUnchanged };
    }),
  );
  return await Promise.allSettled(
    found.map(async (one) => {
      if (one.status === "rejected") throw one.reason;
      const { id, ifUnchanged } = one.value;
      // By its id: a name could have moved to another container in between.
      await store.delete(id, { ifUnchanged, signal });
      return id;
    }),
  );
}
