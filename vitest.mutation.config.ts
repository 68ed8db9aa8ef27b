import { defineConfig } from "vitest/config";
import { ExamplesFirst } from "./tools/mutation/examples-first.ts";
import workspace from "./vitest.config.ts";

// The tests of one floor, as tools/mutation has Stryker run them again and again, in a copy of the repository.
export default defineConfig({
  ...(workspace.resolve === undefined ? {} : { resolve: workspace.resolve }),
  test: {
    include: JSON.parse(process.env["STOWAGE_MUTATION_TESTS"] ?? "[]") as string[],
    setupFiles: ["./tools/mutation/test-setup.ts"],
    tags: (workspace.test?.tags ?? []).map((tag) => ({ ...tag, skip: tag.name === "large" })),
    sequence: { sequencer: ExamplesFirst },
    testTimeout: 240_000,
  },
});
