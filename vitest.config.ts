import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (name: string): string =>
  fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources of sibling packages, so that no build stands between an edit and its test.
    alias: {
      "@stowage/atomic-file": source("atomic-file"),
      "@stowage/lockfile": source("lockfile"),
      "@stowage/store": source("store"),
      "@stowage/truncindex": source("truncindex"),
      "@stowage/test-kit": fileURLToPath(new URL("tools/test-kit/src/index.ts", import.meta.url)),
    },
  },
  test: {
    include: ["packages/*/test/**/*.test.ts", "tools/*/test/**/*.test.ts"],
    reporters: ["default", "./tools/test-kit/src/reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
