import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { isStowageError } from "../report-error.ts";

/** `stowage exists`: exit code 0 when all are there, 1 when one is not. Prints nothing but with `--json`. */
export const declareExists: DeclareCommand = (program, run) => {
  program
    .command("exists")
    .description("Tell by the exit code whether containers are there: 0 when all are, 1 when one is not.")
    .argument("<container...>", containerArgument)
    .addHelpText(
      "after",
      examples(
        ["stowage exists web && echo yes", ""],
        ["stowage exists web db --json", '{"web":true,"db":false}'],
      ),
    )
    .action(
      run<[string[]]>(async (context, [refs]) => {
        const found = new Map<string, boolean>();
        try {
          await context.withStore("read", async (store) => {
            for (const ref of refs) found.set(ref, await store.exists(ref, { signal: context.signal }));
          });
        } catch (error) {
          // Where no store was made yet, nothing exists.
          if (!isStowageError(error) || error.code !== "ERR_STORE_NOT_FOUND") throw error;
          for (const ref of refs) found.set(ref, false);
        }
        await context.print({ json: () => found, text: () => "" });
        return [...found.values()].every(Boolean) ? ExitCode.done : ExitCode.refused;
      }),
    );
};
