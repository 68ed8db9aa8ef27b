import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

/**
 * Loads a TypeScript program of a tool, which Node cannot run by itself, with whatever it imports bundled.
 * @param {string} tool the tool's folder
 * @param {string} entry the program, relative to it
 * @returns {Promise<Record<string, any>>} what the program exports
 */
export async function loadBundled(tool, entry) {
  const bundled = await build({
    entryPoints: [path.join(tool, entry)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["esbuild"],
  });
  const program = path.join(tool, "node_modules/.cache", `${path.basename(entry, ".ts")}.mjs`);
  mkdirSync(path.dirname(program), { recursive: true });
  writeFileSync(program, bundled.outputFiles[0].contents);
  return await import(pathToFileURL(program).href);
}
