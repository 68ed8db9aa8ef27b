import { defineConfig } from "vitest/config";
import { workspaceSources } from "./tools/test-kit/src/repository.ts";

export default defineConfig({
  resolve: {
    // Tests read the sources of sibling packages, so that no build stands between an edit and its test.
    alias: [...workspaceSources].map(([name, source]) => ({
      find: new RegExp(`^${name}$`),
      replacement: source,
    })),
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts"],
    tags: [{ name: "large", description: "Tries great amounts; left out where tests run again and again." }],
    reporters: ["default", "./tools/test-kit/src/reporter.ts"],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // What is waited for comes; how soon depends on the machine. The default is a second.
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    coverage: {
      provider: "v8",
      include: ["packages/*/src/**/*.ts"],
      // Our reporter sums it up.
      reporter: [],
      reportsDirectory: "node_modules/.cache/coverage",
    },
  },
});
