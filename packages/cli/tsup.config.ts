import { createRequire } from "node:module";

import { builtinsWhenUsed, partsBeside } from "@stowage/build/deferred";
import { filesBeside } from "@stowage/build/files-beside";
import { manPages } from "@stowage/build/man-pages";
import { thirdPartyLicenses } from "@stowage/build/third-party-licenses";
import { pageFolder, pagePackages } from "@stowage/ui/page";
import { defineConfig, type Options } from "tsup";

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

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

const licences = thirdPartyLicenses("THIRD-PARTY-LICENSES", { kept: "licences", others: pagePackages() });

/**
 * The program is one file and the one that starts it; docs/decisions/0007 says why
 * it is built so. Whoever installs it gets no tree of dependencies: only the native
 * addon stays outside.
 */
const program: Options = {
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
  // What the other two make stays.
  clean: ["!top.*"],
  dts: false,
  sourcemap: false,
  noExternal: [/^(?!fs-native-extensions$|node:).*/],
  external: ["fs-native-extensions"],
  esbuildPlugins: [
    partsBeside(Object.keys(parts), { "../top/load.ts": "top" }),
    builtinsWhenUsed(["child_process", "crypto", "http", "stream/web", "timers/promises"]),
    licences,
    // The page of `stowage ui`, which is built for browsers.
    filesBeside("ui", pageFolder),
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
    "import.meta.dirname": "__dirname",
  },
};

/** The full-screen view: an ES module, as its terminal library waits for WebAssembly while it loads. */
const top: Options = {
  ...program,
  entry: { top: "src/top/run-top.tsx" },
  format: ["esm"],
  outExtension: () => ({ js: ".mjs" }),
  clean: false,
  esbuildPlugins: [
    // What connects it to a debugger in a browser when it is developed.
    without("./devtools.js"),
    licences,
  ],
  // Some of its packages are CommonJS, and require modules of Node's.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  define: { "process.env.NODE_ENV": '"production"', "process.env.DEV": '"false"' },
};

/** Loads that view: `import` is not to be had in the code that the program keeps compiled. */
const topLoader: Options = {
  ...program,
  entry: { top: "src/top/load.ts" },
  clean: false,
  esbuildPlugins: [elsewhere("./run-top.tsx", "./top.mjs")],
  define: {},
};

export default defineConfig([program, top, topLoader]);

/** What is imported by that path lies in another file, which is loaded when it is asked for. */
function elsewhere(source: string, file: string): Plugin {
  return {
    name: "elsewhere",
    setup: (build) => {
      build.onResolve({ filter: /^\./ }, ({ path }) =>
        path === source ? { path: file, external: true } : undefined,
      );
    },
  };
}

/** What is imported by that path is left out. */
function without(source: string): Plugin {
  return {
    name: "without",
    setup: (build) => {
      build.onResolve({ filter: /^\./ }, ({ path }) =>
        path === source ? { path, namespace: "without" } : undefined,
      );
      build.onLoad({ filter: /./, namespace: "without" }, () => ({ contents: "" }));
    },
  };
}

function from(folder: string): NodeJS.Require {
  return createRequire(new URL(`${folder}/package.json`, import.meta.url));
}
