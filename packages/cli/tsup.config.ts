import { thirdPartyLicenses } from "@stowage/build/third-party-licenses";
import { defineConfig } from "tsup";

import manifest from "./package.json" with { type: "json" };

/**
 * The program is one file: whoever installs it gets no tree of dependencies, and
 * Node opens one module at the start. Only the native addon stays outside.
 */
export default defineConfig({
  entry: { stowage: "src/main.ts" },
  format: ["esm"],
  target: "node20",
  platform: "node",
  splitting: true,
  treeshake: true,
  clean: true,
  dts: false,
  sourcemap: false,
  esbuildOptions: (options) => {
    options.chunkNames = "[name]-[hash]";
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  noExternal: [/^(?!fs-native-extensions$|node:).*/],
  external: ["fs-native-extensions"],
  esbuildPlugins: [thirdPartyLicenses("THIRD-PARTY-LICENSES")],
  define: { STOWAGE_VERSION: JSON.stringify(manifest.version) },
  // Some of what is bundled is CommonJS and asks for Node's own modules with `require`.
  banner: {
    js: 'import { createRequire as createRequireOfBundle } from "node:module";\nconst require = createRequireOfBundle(import.meta.url);',
  },
});
