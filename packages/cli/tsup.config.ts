import { createRequire } from "node:module";

import { builtinsWhenUsed, partsBeside } from "@stowage/build/deferred";
import { manPages } from "@stowage/build/man-pages";
import { thirdPartyLicenses } from "@stowage/build/third-party-licenses";
import { defineConfig } from "tsup";

import manifest from "./package.json" with { type: "json" };

/** Packages that few commands need, and by which of ours: each becomes a file of its own, loaded at its first use. */
const parts: Readonly<Record<string, string>> = {
  "cli-progress": ".",
  "proper-lockfile": "../lockfile",
  re2js: "../store",
  "smol-toml": ".",
  "string-width": ".",
  "tar-stream": "../store",
  "write-file-atomic": "../atomic-file",
};

/**
 * The program is one file and the one that starts it; docs/decisions/0007 says why
 * it is built so. Whoever installs it gets no tree of dependencies: only the native
 * addon stays outside.
 */
export default defineConfig({
  entry: {
    stowage: "src/start.ts",
    program: "src/main.ts",
    ...Object.fromEntries(Object.entries(parts).map(([name, folder]) => [name, from(folder).resolve(name)])),
  },
  format: ["cjs"],
  target: "node20",
  platform: "node",
  removeNodeProtocol: false,
  splitting: false,
  clean: true,
  dts: false,
  sourcemap: false,
  noExternal: [/^(?!fs-native-extensions$|node:).*/],
  external: ["fs-native-extensions"],
  esbuildPlugins: [
    partsBeside(Object.keys(parts)),
    builtinsWhenUsed(["child_process", "crypto", "stream/web", "timers/promises"]),
    thirdPartyLicenses("THIRD-PARTY-LICENSES"),
    manPages(import.meta.dirname),
  ],
  esbuildOptions: (options) => {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  define: {
    STOWAGE_VERSION: JSON.stringify(manifest.version),
    // Our packages ask where they lie to load the addon; CommonJS knows it by another name.
    "import.meta.url": "__filename",
  },
});

function from(folder: string): NodeJS.Require {
  return createRequire(new URL(`${folder}/package.json`, import.meta.url));
}
