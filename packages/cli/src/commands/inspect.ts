import type { Container } from "@stowage/store";

import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { encodeJson, indentJson } from "../render/json.ts";
import { recordEncoder } from "../render/record.ts";
import { withSuggestion } from "../suggest.ts";

/** `stowage inspect`: the whole records of those that are there, as a JSON array. */
export const declareInspect: DeclareCommand = (program, run) => {
  program
    .command("inspect")
    .description("Show whole records, as a JSON array.")
    .argument("<container...>", containerArgument)
    .addHelpText(
      "after",
      examples(["stowage inspect web", "indented"], ["stowage inspect web db --json", "in one line"]),
    )
    .action(
      run<[string[]]>(async (context, [refs]) => {
        const found: Container[] = [];
        let exitCode: ExitCode = ExitCode.done;
        await context.withStore("read", async (store) => {
          for (const ref of refs) {
            try {
              found.push(await store.get(ref, { signal: context.signal }));
            } catch (error) {
              exitCode = await context.reportAndGoOn(await withSuggestion(store, error, context.signal));
            }
          }
        });
        const record = await recordEncoder();
        const records = found.map((container) => record(container));
        await context.print({ json: () => records, text: () => `${indentJson(encodeJson(records))}\n` });
        return exitCode;
      }),
    );
};
