#!/usr/bin/env node
// node tools/release/rehearse.mjs
// Goes through a release on a copy of the last commit: raises the versions by the changesets, builds, and has pnpm
// publish without publishing. Nothing of the repository is changed. Exit code 1 when a step does not do what it must.
// Needs a build.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "@stowage/run/places";
import { bumpBetween } from "./api-change.mjs";
import { outcome, pnpm, run } from "./commands.mjs";
import { publishedFolders } from "./shipped.mjs";
import { pack } from "./tarball.mjs";

const temporary = await mkdtemp(path.join(tmpdir(), "stowage-rehearsal-"));
const copy = path.join(temporary, "stowage");
try {
  await promisify(execFile)("git", ["clone", "--quiet", "--no-hardlinks", root, copy]);
  const folders = (await publishedFolders()).map((folder) => path.join(copy, path.relative(root, folder)));
  const before = await manifestsOf(folders);
  await step("install", [pnpm, "install", "--frozen-lockfile", "--prefer-offline"]);
  await step("version", [path.join(copy, "node_modules/@changesets/cli/bin.js"), "version"]);
  const after = await manifestsOf(folders);
  await seeVersions(folders, before, after);
  // Versions are in package.json only: a lock file that differed now would fail the release's own install.
  await step("install again", [pnpm, "install", "--frozen-lockfile", "--offline"]);
  // The libraries are what they were built to be here; the program has its version put into it.
  for (const name of await readdir(path.join(root, "packages"))) await takeBuild(name);
  const turbo = path.join(copy, "node_modules/turbo/bin/turbo");
  await step("build", [turbo, "run", "build", "--only", "--filter=@stowage/cli"]);
  await seeProgram(after);
  for (const folder of folders) await seePacked(folder, after);
  await seePublished(after);
  console.log(
    `${after.length} packages can be released: ${after.map(({ name, version }) => `${name} ${version}`).join(", ")}`,
  );
} catch (error) {
  console.error(`rehearsal: ${error.message}`);
  process.exitCode = 1;
} finally {
  await rm(temporary, { recursive: true, force: true });
}

async function step(name, [program, ...args]) {
  // turbo starts pnpm by its name.
  const PATH = [path.join(copy, "node_modules/.bin"), process.env.PATH].join(path.delimiter);
  const env = {
    CI: "true",
    PATH,
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_CACHE_DIR: path.join(temporary, "turbo"),
  };
  const began = performance.now();
  const { code, stdout, stderr } = await outcome(program, args, { cwd: copy, env });
  console.log(`${name}: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  if (code !== 0) throw new Error(`${name} failed (${code}):\n${stdout}${stderr}`);
  return stdout + stderr;
}

async function takeBuild(name) {
  const [from, to] = [root, copy].map((folder) => path.join(folder, "packages", name, "dist"));
  if (!existsSync(from)) throw new Error(`not built: ${name}; run \`npx turbo run build\` first`);
  await cp(from, to, { recursive: true });
}

function manifestsOf(folders) {
  return Promise.all(
    folders.map(async (folder) => JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"))),
  );
}

async function seeVersions(folders, before, after) {
  const left = (await readdir(path.join(copy, ".changeset"))).filter((name) =>
    /^(?!README).*\.md$/.test(name),
  );
  if (left.length > 0) throw new Error(`changesets are left: ${left.join(", ")}`);
  for (const [index, { name, version }] of after.entries()) {
    const bump = bumpBetween(before[index].version, version);
    const log = path.join(folders[index], "CHANGELOG.md");
    if (bump === "none") continue;
    if (!existsSync(log) || !(await readFile(log, "utf8")).includes(`## ${version}`))
      throw new Error(`${name} became ${version}, and its CHANGELOG.md does not tell`);
  }
  if (after.every(({ version }, index) => version === before[index].version))
    console.log("no changesets: the versions stay");
}

/** The version is put into the program by the build. */
async function seeProgram(manifests) {
  const { version, bin } = manifests.find(({ name }) => name === "@stowage/cli");
  const printed = await run(path.join(copy, "packages/cli", bin.stowage), ["--version"]);
  if (printed.trim() !== version)
    throw new Error(`the program says it is ${printed.trim()}, and is ${version}`);
}

/** What depends on a sibling asks for the version that is released with it, and not for `workspace:`. */
async function seePacked(folder, manifests) {
  const { file } = await pack(folder, path.join(temporary, "tarballs"));
  const { stdout } = await promisify(execFile)("tar", ["-xzOf", file, "package/package.json"]);
  const { name, dependencies = {} } = JSON.parse(stdout);
  for (const [other, range] of Object.entries(dependencies)) {
    const sibling = manifests.find((manifest) => manifest.name === other);
    if (sibling !== undefined && range !== `^${sibling.version}`)
      throw new Error(`${name} would be published with ${other} ${range}, and that is ${sibling.version}`);
  }
}

async function seePublished(manifests) {
  const printed = await step("publish", [
    pnpm,
    "--recursive",
    "publish",
    "--dry-run",
    "--no-git-checks",
    "--access",
    "public",
  ]);
  for (const { name, version } of manifests)
    if (!printed.includes(`${name}@${version}`))
      throw new Error(`pnpm would not publish ${name} ${version}:\n${printed}`);
}
