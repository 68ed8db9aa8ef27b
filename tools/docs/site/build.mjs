#!/usr/bin/env node
// node tools/docs/site/build.mjs [--out FOLDER]
// Makes the documentation site: the documents of the repository, the reference of the program from its declarations,
// and the reference of the packages from their docstrings. Fails when a link or an anchor leads nowhere, or a page
// would need something from outside. Needs a build.
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "vitepress";
import { commandTree } from "@stowage/build/command-tree";
import { root } from "@stowage/run/places";
import { writeApiReference } from "./api-reference.mjs";
import { cliReference } from "./cli-reference.mjs";
import { pictures, placeOf, sources, withLinks } from "./pages.mjs";
import { problemsOfSite } from "./site-problems.mjs";

const here = path.join(root, "tools/docs");
const { values } = parseArgs({ options: { out: { type: "string" } } });
const out = path.resolve(values.out ?? path.join(here, "dist"));
// Below this package, so that what the pages import is found.
const stage = path.join(here, ".cache/site");
await rm(stage, { recursive: true, force: true });
await mkdir(path.join(stage, ".vitepress"), { recursive: true });
await stagePages();
await stageReferences();
const config = path.join(here, "site/config.mjs");
await writeFile(
  path.join(stage, ".vitepress/config.mjs"),
  `export { default } from ${JSON.stringify(config)};\n`,
);
await build(stage, { outDir: out });
const { problems, pages } = await problemsOfSite(out);
for (const problem of problems) console.error(problem);
console.log(`${pages} pages in ${path.relative(process.cwd(), out) || "."}, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

async function stagePages() {
  const pages = sources();
  for (const source of pages) {
    const file = path.join(stage, placeOf(source));
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, withLinks(await readFile(path.join(root, source), "utf8"), source, pages));
  }
  for (const picture of pictures()) {
    const file = path.join(stage, picture);
    await mkdir(path.dirname(file), { recursive: true });
    await cp(path.join(root, picture), file);
  }
}

async function stageReferences() {
  const folder = path.join(stage, "reference");
  await mkdir(path.join(folder, "cli"), { recursive: true });
  for (const [name, text] of cliReference(commandTree(path.join(root, "packages/cli"))))
    await writeFile(path.join(folder, "cli", name), text);
  await writeApiReference(path.join(folder, "api"), path.join(here, ".cache"));
}
