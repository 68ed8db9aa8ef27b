import { writeFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends a run with the one line that people and machines look for. With $STOWAGE_TEST_SUMMARY the line
 * goes into that file instead, and whoever set it prints it.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const line = summaryOf(modules, unhandled.length);
    const file = process.env["STOWAGE_TEST_SUMMARY"];
    if (file === undefined || file === "") console.log(line);
    else writeFileSync(file, line);
  }
}

function summaryOf(modules: readonly TestModule[], unhandled: number): string {
  let passed = 0;
  let failed = unhandled;
  let skipped = 0;
  for (const module of modules) {
    // A file that could not be loaded, or a hook that failed, has no test to count, but it is a failure.
    if (module.errors().length > 0) failed += 1;
    for (const suite of module.children.allSuites()) {
      if (suite.errors().length > 0) failed += 1;
    }
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") passed += 1;
      else if (state === "failed") failed += 1;
      else skipped += 1;
    }
  }
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}
