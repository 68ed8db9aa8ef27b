import { setMaxListeners } from "node:events";
import { homedir } from "node:os";

import { Interruption } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { argumentsOfCompat } from "./face.ts";
import type { Surroundings } from "./context.ts";
import { errorOutputTo, outputFailure, outputTo } from "./io.ts";
import { asksForJson, runProgram } from "./program.ts";
import { describeError, renderReport } from "./report-error.ts";

const interruption = new AbortController();
// Everything that is under way listens to it; many at once are no leak to warn of.
setMaxListeners(0, interruption.signal);

/** The first signal ends the command at the next safe place; a second one ends the process. */
function endOn(signal: NodeJS.Signals, exitCode: ExitCode): void {
  process.once(signal, () => {
    process.once(signal, () => process.exit(exitCode));
    interruption.abort(new Interruption(`ended by ${signal}`, exitCode));
  });
}

async function main(): Promise<number> {
  endOn("SIGINT", ExitCode.interrupted);
  endOn("SIGTERM", ExitCode.terminated);
  // Each write reports its own failure; a reader that is gone ends also what prints nothing more.
  process.stdout.on("error", (error: Error) => {
    const failure = outputFailure(error, process.stdout);
    if (failure instanceof Interruption) interruption.abort(failure);
  });
  process.stderr.on("error", () => undefined);

  const argv = process.argv.slice(2);
  const stderr = errorOutputTo(process.stderr, process.env);
  const file = process.argv[1] ?? "";
  const compatible = argumentsOfCompat(file, argv);
  try {
    const surroundings: Surroundings = {
      env: process.env,
      cwd: process.cwd(),
      home: homedir(),
      stdin: () => process.stdin,
      stdout: outputTo(process.stdout, process.env, interruption.signal),
      stderr,
      signal: interruption.signal,
    };
    if (compatible === undefined) return await runProgram(argv, surroundings);
    const { runCompatible } = await import("./compat/run.ts");
    return await runCompatible(compatible, surroundings, file);
  } catch (error) {
    const cause = interruption.signal.aborted ? (interruption.signal.reason as unknown) : error;
    if (cause instanceof Interruption) return cause.exitCode;
    const report = describeError(error);
    await stderr.write(renderReport(report, { json: asksForJson(argv), style: stderr.style }));
    if (process.env["STOWAGE_DEBUG"] && error instanceof Error) await stderr.write(`${error.stack ?? ""}\n`);
    return report.exitCode;
  }
}

// Standard input may still be open; the work is done all the same.
void main().then((code) => process.exit(code));
