import type { CheckProgress, Finding } from "@stowage/store";

import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { withProgress } from "../progress.ts";
import type { Progress } from "../progress.ts";
import type { Style } from "../render/colour.ts";
import { visible } from "../render/text.ts";

/** `stowage check`: what is wrong with the store; exit code 3 for damage, 1 for errors, 0 for warnings or nothing. */
export const declareCheck: DeclareCommand = (program, run) => {
  program
    .command("check")
    .description("Look for what is wrong with the store; changes nothing.")
    .addHelpText(
      "after",
      examples(["stowage check", ""], ["stowage check --json | jq '.findings[].code'", ""]),
    )
    .action(
      run(async (context) => {
        const findings = await context.withStore("examine", (store) =>
          withProgress(context, "checking", (tell) =>
            store.check({ signal: context.signal, onProgress: (so) => tell(progressOf(so)) }),
          ),
        );
        const { dir } = context.location;
        await context.print({
          json: () => ({ dir, findings: findings.map((finding) => ({ ...finding })) }),
          text: () => {
            const text = findings.map((finding) => findingText(finding, context.stdout.style)).join("");
            return text === "" && !context.quiet ? `nothing is wrong with ${visible(dir)}\n` : text;
          },
        });
        const severities = new Set(findings.map(({ severity }) => severity));
        if (severities.has("damage")) return ExitCode.damaged;
        return severities.has("error") ? ExitCode.refused : ExitCode.done;
      }),
    );
};

export function progressOf({ done, total, what }: CheckProgress): Progress {
  return { done, total, unit: what === "data" ? "bytes" : what };
}

function findingText({ severity, code, message, action }: Finding, style: Style): string {
  const mark = severity === "warning" ? style.warning(severity) : style.bad(severity);
  return `${mark} ${code}: ${visible(message)}\n    ${style.faint(visible(action))}\n`;
}
