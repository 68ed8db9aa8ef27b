import { defineConfig } from "vitest/config";
import { repositoryRoot } from "../test-kit/src/repository.ts";
import workspace from "../../vitest.config.ts";

// Stryker runs the tests of one floor again and again, in a copy of the repository.
export default defineConfig({
  root: repositoryRoot,
  ...(workspace.resolve === undefined ? {} : { resolve: workspace.resolve }),
  test: {
    include: JSON.parse(process.env["STOWAGE_MUTATION_TESTS"] ?? "[]") as string[],
    setupFiles: ["./tools/mutation/test-setup.ts"],
    ...(workspace.test?.tags === undefined ? {} : { tags: workspace.test.tags }),
    tagsFilter: ["not large"],
    testTimeout: 240_000,
  },
});
