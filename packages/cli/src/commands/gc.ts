import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { humanSize } from "../render/human.ts";
import { lines, visible } from "../render/text.ts";

interface GcFlags {
  readonly dryRun?: true;
}

/** `stowage gc`: removes data folders that belong to no container, and prints which. */
export const declareGc: DeclareCommand = (program, run) => {
  program
    .command("gc")
    .description("Remove data folders that belong to no container, such as a crash leaves behind.")
    .option("--dry-run", "only say what would be removed")
    .addHelpText("after", examples(["stowage gc --dry-run", "look first"], ["stowage gc", ""]))
    .action(
      run<[], GcFlags>(async (context, _, { dryRun }) => {
        const { removed, bytes, ...result } = await context.withStore(dryRun ? "read" : "change", (store) =>
          store.gc({ dryRun, signal: context.signal }),
        );
        await context.print({
          json: () => ({ removed: removed.map((folder) => ({ ...folder })), bytes, dryRun: result.dryRun }),
          text: () => lines(removed.map((folder) => visible(folder.path))),
        });
        const count = `${removed.length} folder${removed.length === 1 ? "" : "s"}`;
        await context.remark(
          result.dryRun
            ? `would remove ${count} and free ${humanSize(bytes)}`
            : `removed ${count}, freed ${humanSize(bytes)}`,
        );
      }),
    );
};
