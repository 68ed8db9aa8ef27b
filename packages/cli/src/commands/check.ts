import type { Finding } from "@stowage/store";

import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import type { CommandContext } from "../context.ts";
import { ExitCode } from "../exit-codes.ts";
import { describeError, isStowageError } from "../report-error.ts";
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
        const findings = await findingsOf(context);
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

/** What is shown of a finding; whatever else the store tells of it goes into the JSON too. */
type Shown = Pick<Finding, "code" | "severity" | "message" | "action" | "path" | "offset" | "record">;

/** A store that cannot even be opened is the gravest finding, not a failure to look. */
async function findingsOf(context: CommandContext): Promise<readonly Shown[]> {
  try {
    return await context.withStore("examine", (store) => store.check({ signal: context.signal }));
  } catch (error) {
    if (!isStowageError(error) || describeError(error).exitCode !== ExitCode.damaged) throw error;
    const { path, offset, record } = error.details;
    return [
      {
        // The store's own name for it, where it finds that in a store it has open.
        code: error.code === "ERR_STORE_DAMAGED" ? "CHECK_FILE_UNREADABLE" : error.code,
        severity: "damage",
        message: error.message,
        action:
          "keep a copy of the file before anything else, then mend it or put an older copy in its place",
        ...(path === undefined ? {} : { path }),
        ...(offset === undefined ? {} : { offset }),
        ...(record === undefined ? {} : { record }),
      },
    ];
  }
}

function findingText({ severity, code, message, action }: Shown, style: Style): string {
  const mark = severity === "warning" ? style.warning(severity) : style.bad(severity);
  return `${mark} ${code}: ${visible(message)}\n    ${style.faint(visible(action))}\n`;
}
