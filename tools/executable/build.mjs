#!/usr/bin/env node
// node tools/executable/build.mjs [--out FILE] [--try]
// Makes the program a single file: Node and the very files that an installation has. With --try it is used as an
// installed one is, by itself and as `containers-storage`, and its size and start are printed. Needs a build.
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { installGlobally } from "@stowage/release/global-install";
import { NODE_OF_EXECUTABLE, nodeProgram } from "@stowage/release/nodes";
import { outcomeOf } from "@stowage/release/program-walk";
import { pack } from "@stowage/release/tarball";
import { root } from "@stowage/run/places";
import { tryExecutable } from "./try.mjs";

const here = path.join(root, "tools/executable");
const { values } = parseArgs({ options: { out: { type: "string" }, try: { type: "boolean" } } });
const out = path.resolve(values.out ?? path.join(here, "dist/stowage"));
const temporary = await mkdtemp(path.join(tmpdir(), "stowage-executable-"));
try {
  const node = await nodeProgram(NODE_OF_EXECUTABLE);
  await makeExecutable(node);
  console.log(
    `${path.relative(process.cwd(), out)}: ${((await stat(out)).size / 1e6).toFixed(0)} MB, with Node ${NODE_OF_EXECUTABLE}`,
  );
  if (values.try === true) console.log(await tryExecutable(out));
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function makeExecutable(node) {
  const { file } = await pack(path.join(root, "packages/cli"), path.join(temporary, "tarballs"));
  const { folder } = await installGlobally(node, file, path.join(temporary, "prefix"));
  const assets = await filesToCarry(folder);
  assets["LICENSE-of-Node.js"] = path.join(path.dirname(node), "../LICENSE");
  const contents = path.join(temporary, "contents.json");
  await writeFile(
    contents,
    JSON.stringify({
      digest: await digestOf(assets),
      files: Object.keys(assets),
      program: "dist/stowage.cjs",
    }),
  );
  const main = path.join(temporary, "main.cjs");
  await build({
    entryPoints: [path.join(here, "entry.cjs")],
    outfile: main,
    bundle: true,
    platform: "node",
    target: "node22",
  });
  await mkdir(path.dirname(out), { recursive: true });
  const config = path.join(temporary, "sea-config.json");
  const settings = {
    main,
    output: out,
    executable: node,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
  };
  await writeFile(config, JSON.stringify({ ...settings, assets: { ...assets, "contents.json": contents } }));
  const { code, stdout, stderr } = await outcomeOf([node, "--build-sea", config], {});
  if (code !== 0) throw new Error(`Node could not build it: ${stdout}${stderr}`);
}

/** What an installation has, by its name in it, without what is for other machines, for compilers and for readers. */
async function filesToCarry(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((name) => !/(^|\/)(include|man|schema)\/|\.(c|cc|h|md|txt)$/.test(name))
    .filter(
      (name) =>
        !name.includes("/prebuilds/") || name.includes(`/prebuilds/${process.platform}-${process.arch}/`),
    );
  return Object.fromEntries(names.sort().map((name) => [name, path.join(folder, name)]));
}

async function digestOf(assets) {
  const hash = createHash("sha256");
  for (const [name, file] of Object.entries(assets)) {
    const bytes = await readFile(file);
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest("hex").slice(0, 32);
}
