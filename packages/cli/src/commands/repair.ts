import type { RepairResult, RepairStep } from "@stowage/store";

import { collect, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { confirm } from "../input/confirm.ts";
import { withProgress } from "../progress.ts";
import type { Style } from "../render/colour.ts";
import type { Encodable } from "../render/json.ts";
import { visible } from "../render/text.ts";
import { progressOf } from "./check.ts";

interface RepairFlags {
  readonly code?: readonly string[];
  readonly dryRun?: true;
  readonly yes?: true;
}

/** `stowage repair --yes`: mends what `check` finds; exit code 3 while damage is left, 1 while errors are. */
export const declareRepair: DeclareCommand = (program, run) => {
  program
    .command("repair")
    .description("Mend what check finds, and keep a copy of every file that is replaced.")
    .option(
      "--code <code>",
      "mend only findings of this code (may be repeated); default: all that can be mended without giving anything up",
      collect((text) => text),
    )
    .option("--dry-run", "only say what would be done")
    .option("--yes", "yes, change the store; without it you are asked, on a terminal")
    .addHelpText(
      "after",
      examples(
        ["stowage repair --dry-run", "look first"],
        ["stowage repair --yes", "mend what can be mended safely"],
        ["stowage repair --code CHECK_BIG_DATA_MISSING --yes", "give up items whose files are gone"],
      ),
    )
    .addHelpText(
      "after",
      "\nExit codes:\n  0  nothing is left but warnings\n  1  errors are left, or a repair failed\n  3  damage is left",
    )
    .action(
      run<[], RepairFlags>(async (context, _, { code: codes, dryRun = false, yes }) => {
        const { dir } = context.location;
        const isMeant = await confirm(context, {
          yes: dryRun || yes === true,
          warning: `repair changes the files of ${dir}`,
          otherwise: ", or --dry-run to see what it would do",
        });
        if (!isMeant) {
          await context.remark("nothing was changed; --dry-run shows what would be done");
          return ExitCode.refused;
        }
        const result = await context.withStore(dryRun ? "examine" : "mend", (store) =>
          withProgress(context, "repairing", (tell) =>
            store.repair({ codes, dryRun, signal: context.signal, onProgress: (so) => tell(progressOf(so)) }),
          ),
        );
        await context.print({
          // Plain data all of it, which an interface's type cannot say.
          json: () => ({ dir, ...(result as unknown as Record<string, Encodable>) }),
          text: () => result.steps.map((step) => stepText(step, context.stdout.style)).join(""),
        });
        await context.remark(summary(result, dir));
        return exitCodeOf(result);
      }),
    );
};

function stepText({ finding, outcome, detail }: RepairStep, style: Style): string {
  const isDone = outcome === "repaired" || outcome === "planned";
  const mark = isDone ? outcome : outcome === "left" ? style.warning(outcome) : style.bad(outcome);
  return `${mark} ${finding.code}: ${visible(finding.message)}\n    ${style.faint(visible(detail))}\n`;
}

function summary({ steps, backups, dryRun }: RepairResult, dir: string): string {
  if (steps.length === 0) return `nothing is wrong with ${visible(dir)}`;
  const count = (...outcomes: RepairStep["outcome"][]): number =>
    steps.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const failed = count("failed");
  const done = dryRun ? `would mend ${count("planned")}` : `mended ${count("repaired")}`;
  const kept = backups.map((backup) => `; kept ${visible(backup)}`).join("");
  return `${done} of ${steps.length}, left ${count("left")}${failed > 0 ? `, failed ${failed}` : ""}${kept}`;
}

/** What is left counts, and with `--dry-run` what would be left. */
function exitCodeOf({ steps }: RepairResult): ExitCode {
  const left = steps.filter(({ outcome }) => outcome === "left" || outcome === "failed");
  const severities = new Set(left.map(({ finding }) => finding.severity));
  if (severities.has("damage")) return ExitCode.damaged;
  const isRefused = severities.has("error") || left.some(({ outcome }) => outcome === "failed");
  return isRefused ? ExitCode.refused : ExitCode.done;
}
