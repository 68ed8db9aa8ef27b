import { writeFileSync } from "node:fs";
import type { SerializedError } from "vitest";
import type { Reporter, TestModule } from "vitest/node";
import { type CoverageMap, coverageLines } from "./coverage.ts";
import { failuresOf } from "./failures.ts";

/**
 * Ends a run with the figures that its tests reported, with what failed, and with the one line that
 * people and machines look for. With $STOWAGE_TEST_SUMMARY they go into that file instead, and whoever set it prints them.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const failures = failuresOf(modules, unhandled);
    const lines = [...figuresOf(modules), ...failures, summaryOf(modules, unhandled.length)].join("\n");
    const file = process.env["STOWAGE_TEST_SUMMARY"];
    if (file === undefined || file === "") console.log(lines);
    else writeFileSync(file, lines);
  }

  /** With `--coverage`: by package, without a threshold. */
  onCoverage(coverage: unknown): void {
    console.log(coverageLines(coverage as CoverageMap).join("\n"));
  }
}

/** In an order that does not depend on which file was done first. */
function figuresOf(modules: readonly TestModule[]): string[] {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  return tests.flatMap((test) => test.meta().figures ?? []).sort();
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
