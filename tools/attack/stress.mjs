#!/usr/bin/env node
// node tools/attack/stress.mjs [NAME...] [--size N]
// The long forms of the attacks; N, 1 by default, makes them larger or smaller. Exit code 1: a promise is broken.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const bundled = await build({
  entryPoints: [path.join(here, "src/launch.ts")],
  bundle: true,
  write: false,
  format: "esm",
  platform: "node",
  target: "node20",
  external: ["esbuild"],
});
const program = path.join(here, "node_modules/.cache/launch.mjs");
mkdirSync(path.dirname(program), { recursive: true });
writeFileSync(program, bundled.outputFiles[0].contents);
const { launch } = await import(pathToFileURL(program).href);
process.exitCode = await launch(process.argv.slice(2));
