import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";

interface WipeFlags {
  readonly yes?: true;
}

/** `stowage wipe --yes`: removes every container of the store. */
export const declareWipe: DeclareCommand = (program, run) => {
  program
    .command("wipe")
    .description("Remove every container of the store, with its big data.")
    .option("--yes", "yes, all of them")
    .addHelpText("after", examples(["stowage --dir ./scratch wipe --yes", ""]))
    .action(
      run<[], WipeFlags>(async (context, _, { yes }) => {
        const { dir } = context.location;
        if (yes !== true) {
          throw new UsageError(`wipe removes every container of ${dir}`, "say --yes if that is meant");
        }
        const removed = await context.withStore("change", (store) => store.wipe({ signal: context.signal }));
        await context.print({ json: () => ({ removed }), text: () => "" });
        await context.remark(`removed ${removed} container${removed === 1 ? "" : "s"} of ${dir}`);
      }),
    );
};
