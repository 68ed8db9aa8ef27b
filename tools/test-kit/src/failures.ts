import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { SerializedError } from "vitest";
import type { TestModule } from "vitest/node";

/** Of each error: what its message begins with. The run's own report, further up, has the rest. */
const LINES_OF_MESSAGE = 40;
const CHARACTERS_OF_LINE = 400;

/** What the two shapes of the runner's errors share. */
interface Reason {
  readonly message: string;
  readonly diff?: string | undefined;
  readonly stacks?: readonly { readonly file: string; readonly line: number }[] | undefined;
}

interface Failure {
  readonly what: string;
  readonly errors: readonly Reason[];
}

/**
 * What failed and why, once more and short, each line behind `! `: thousands of tests stand between the
 * runner's own report and the end of a log, and of a log often the end alone is kept.
 */
export function failuresOf(modules: readonly TestModule[], unhandled: readonly SerializedError[]): string[] {
  const failures: readonly Failure[] = [
    ...modules.flatMap(failuresOfModule),
    ...unhandled.map((error) => ({ what: "an error that no test handled", errors: [error] })),
  ];
  return failures.flatMap(linesOf).map((line) => `! ${line}`.trimEnd());
}

function failuresOfModule(module: TestModule): Failure[] {
  const file = path.relative(process.cwd(), module.moduleId);
  const suites = [...module.children.allSuites()];
  const tests = [...module.children.allTests("failed")];
  return [
    { what: file, errors: module.errors() },
    ...suites.map((suite) => ({ what: `${file} > ${suite.fullName}`, errors: suite.errors() })),
    ...tests.map((test) => ({
      what: `${file} > ${test.fullName} (${Math.round(test.diagnostic()?.duration ?? 0)} ms)`,
      errors: test.result().errors ?? [],
    })),
  ].filter(({ errors }) => errors.length > 0);
}

function linesOf({ what, errors }: Failure): string[] {
  return [what, ...errors.flatMap(linesOfError).map((line) => `  ${line}`)];
}

function linesOfError({ message, diff, stacks }: Reason): string[] {
  const place = stacks?.[0];
  const at = place && [`at ${path.relative(process.cwd(), place.file)}:${place.line}`];
  const text = stripVTControlCharacters([message, ...(diff ? [diff] : [])].join("\n"));
  const lines = text.split("\n");
  const more = lines.length - LINES_OF_MESSAGE;
  return [
    ...lines.slice(0, LINES_OF_MESSAGE).map((line) => line.slice(0, CHARACTERS_OF_LINE)),
    ...(more > 0 ? [`… ${more} more lines`] : []),
    ...(at ?? []),
  ];
}
