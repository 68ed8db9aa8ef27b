import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";

interface WipeFlags {
  readonly yes?: true;
}

/** `stowage wipe`: removes every container of the store, when that is meant. */
export const declareWipe: DeclareCommand = (program, run) => {
  program
    .command("wipe")
    .description("Remove every container of the store, with its big data.")
    .option("--yes", "yes, all of them; without it you are asked, on a terminal")
    .addHelpText("after", examples(["stowage --dir ./scratch wipe --yes", ""]))
    .action(
      run<[], WipeFlags>(async (context, _, { yes }) => {
        const { dir } = context.location;
        if (
          !(await confirm(context, { yes: yes === true, warning: `wipe removes every container of ${dir}` }))
        ) {
          await context.remark("nothing was removed");
          return ExitCode.refused;
        }
        const removed = await context.withStore("change", (store) => store.wipe({ signal: context.signal }));
        await context.print({ json: () => ({ removed }), text: () => "" });
        await context.remark(`removed ${removed} container${removed === 1 ? "" : "s"} of ${dir}`);
        // Then some of their folders are still there, of which was told.
        context.signal.throwIfAborted();
        return ExitCode.done;
      }),
    );
};
