#!/usr/bin/env node
// node tools/release/try-installed.mjs [NODE-VERSION...]
// Packs the program as it would be published, installs it globally into an empty prefix with each line of Node that
// is supported, walks through it there, and prints its unpacked size and how long it takes to start. Needs a build.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { root } from "@stowage/run/places";
import { bytesIn, installGlobally } from "./global-install.mjs";
import { NODES, nodeProgram } from "./nodes.mjs";
import { walkThrough } from "./program-walk.mjs";
import { startTime } from "./start-time.mjs";
import { pack } from "./tarball.mjs";

const versions = process.argv.length > 2 ? process.argv.slice(2) : NODES;
const temporary = await mkdtemp(path.join(tmpdir(), "stowage-installed-"));
try {
  const { file } = await pack(path.join(root, "packages/cli"), path.join(temporary, "tarballs"));
  let failed = 0;
  for (const version of versions) {
    try {
      console.log(
        `Node ${version}: ${await tryWith(await nodeProgram(version), file, path.join(temporary, version))}`,
      );
    } catch (error) {
      failed += 1;
      console.error(`Node ${version}: ${error.message}`);
    }
  }
  console.log(`${versions.length - failed} installations work, ${failed} fail`);
  process.exitCode = failed > 0 ? 1 : 0;
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function tryWith(node, tarball, prefix) {
  const { program, folder } = await installGlobally(node, tarball, prefix);
  const env = { PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  await walkThrough([program], env);
  const size = await bytesIn(folder);
  const options = { env: { ...process.env, ...env, STOWAGE_DIR: path.join(prefix, "none") } };
  const [list, bare] = [startTime([program, "ls"], options), startTime([node, "-e", "0"], options)];
  return `${(size / 1e6).toFixed(1)} MB unpacked; \`stowage ls\` takes ${list.toFixed(0)} ms, Node alone ${bare.toFixed(0)} ms`;
}
