import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { parseDuration } from "../input/duration.ts";
import { humanSize } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { lines, visible } from "../render/text.ts";

interface GcFlags {
  readonly dryRun?: true;
  readonly minAge?: number;
}

/** `stowage gc`: removes what belongs to no container, and prints what that was. */
export const declareGc: DeclareCommand = (program, run) => {
  program
    .command("gc")
    .description("Remove files and folders that belong to no container, such as a crash leaves behind.")
    .option("--dry-run", "only say what would be removed")
    .option(
      "--min-age <time>",
      "leave alone what is younger, such as 90s, 12h or 1d (default: 0 for folders, 1d for temporary files)",
      parseDuration,
    )
    .addHelpText(
      "after",
      examples(["stowage gc --dry-run", "look first"], ["stowage gc --min-age 1d", "only what is old"]),
    )
    .action(
      run<[], GcFlags>(async (context, _, { dryRun, minAge }) => {
        const result = await context.withStore(dryRun ? "examine" : "change", (store) =>
          store.gc({ dryRun, minAge, signal: context.signal }),
        );
        const { removed, kept, bytes } = result;
        await context.print({
          // Plain data all of it, which an interface's type cannot say.
          json: () => result as unknown as Encodable,
          text: () => lines(removed.map(({ path }) => visible(path))),
        });
        const count = removed.length === 1 ? "1 thing" : `${removed.length} things`;
        await context.remark(
          result.dryRun
            ? `would remove ${count} and free ${humanSize(bytes)}`
            : `removed ${count}, freed ${humanSize(bytes)}`,
        );
        for (const { path } of kept) {
          await context.remark(
            `kept ${visible(path)}: a file of records, or a copy that was kept of one, mentions it`,
          );
        }
      }),
    );
};
