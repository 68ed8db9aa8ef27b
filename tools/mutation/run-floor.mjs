import { Stryker } from "@stryker-mutator/core";

const cache = "tools/mutation/.cache";

/**
 * Changes each of a floor's files in many small ways, and runs the floor's tests on each change.
 * @returns Stryker's results, one of each change
 */
export async function runFloor({ name, mutate, tests }, { incremental, concurrency }) {
  // The answers of the real library are written down as well; whether it is installed must not change a score.
  process.env.STOWAGE_PEER_HOME = "/nonexistent";
  // Properties would take nearly all of the time; what a tenth of their cases does not notice, few more would.
  process.env.STOWAGE_PROPERTY_SHARE ??= "0.1";
  process.env.STOWAGE_MUTATION_TESTS = JSON.stringify(tests);
  return await new Stryker({
    testRunner: "vitest",
    plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
    vitest: { configFile: "vitest.mutation.config.ts", related: false },
    mutate,
    coverageAnalysis: "perTest",
    concurrency: Number(concurrency),
    // On a busy machine a slow run is not to pass for one that does not end; loops are mostly ended by counting.
    timeoutMS: 10_000,
    dryRunTimeoutMinutes: 30,
    ignorePatterns: [".cache", ".turbo", "dist", "tools/fixtures/golden", ".git", "coverage"],
    tempDirName: `${cache}/${name}`,
    reporters: ["progress-append-only", "html"],
    htmlReporter: { fileName: `${cache}/${name}.html` },
    incremental,
    incrementalFile: `${cache}/${name}.json`,
    logLevel: "warn",
    allowConsoleColors: false,
    disableTypeChecks: false,
    thresholds: { high: 90, low: 85, break: null },
  }).runMutationTest();
}
