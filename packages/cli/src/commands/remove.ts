import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { visible } from "../render/text.ts";
import { withSuggestion } from "../suggest.ts";

/** `stowage rm`: prints the id of each that is gone, and goes on after one that fails. */
export const declareRemove: DeclareCommand = (program, run) => {
  program
    .command("rm")
    .alias("delete")
    .description("Remove containers with their big data, and print their ids.")
    .argument("<container...>", containerArgument)
    .addHelpText(
      "after",
      examples(
        ["stowage rm web", ""],
        ["stowage ls -q --no-trunc | xargs stowage rm", "one by one, all of them"],
      ),
    )
    .action(
      run<[string[]]>(async (context, [refs]) => {
        const { signal } = context;
        const removed: string[] = [];
        let exitCode: ExitCode = ExitCode.done;
        try {
          await context.withStore("change", async (store) => {
            for (const ref of refs) {
              try {
                const id = await store.lookup(ref, { signal });
                // By its id: a name could have moved to another container in between.
                await store.delete(id, { signal });
                removed.push(id);
                if (!context.json) await context.stdout.write(`${visible(id)}\n`);
              } catch (error) {
                exitCode = await context.reportAndGoOn(await withSuggestion(store, error, signal));
              }
            }
          });
        } finally {
          // Also when it was cut short: what is gone is gone, and must be told.
          if (context.json) await context.print({ json: () => ({ ids: removed }), text: () => "" });
        }
        return exitCode;
      }),
    );
};
