import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "@stowage/run/places";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { attw, pnpm, run } from "./commands.mjs";

/** Packs the package in `folder` as it would be published, into a folder of its own below `target`. */
export async function pack(folder, target) {
  await mkdir(target, { recursive: true });
  const own = await mkdtemp(path.join(target, "pack-"));
  await run(pnpm, ["pack", "--pack-destination", own], { cwd: folder });
  const [name] = await readdir(own);
  if (name === undefined) throw new Error(`nothing was packed from ${folder}`);
  const file = path.join(target, name);
  await rename(path.join(own, name), file);
  await rm(own, { recursive: true });
  return { file, manifest: JSON.parse(await readFile(path.join(folder, "package.json"), "utf8")), folder };
}

/** What is wrong with a packed package, as sentences; none when it is fit. */
export async function problemsOf({ file, folder, manifest }) {
  return [
    ...(await publintProblems(file)),
    ...(await typeProblems(file, manifest)),
    ...(await licenceProblems(file)),
    ...ownProblems(folder, manifest),
  ];
}

/** The licence asks for its text in each copy. Pnpm adds it, unless another file of the package has LICENSE in its name. */
async function licenceProblems(file) {
  const wanted = await readFile(path.join(root, "LICENSE"), "utf8");
  const packed = await promisify(execFile)("tar", ["-xzOf", file, "package/LICENSE"]).catch(() => undefined);
  return packed?.stdout === wanted ? [] : ["it does not bring the text of the licence, LICENSE"];
}

async function publintProblems(file) {
  const bytes = await readFile(file);
  const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
  return messages
    .filter(({ type }) => type !== "suggestion")
    .map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`);
}

/** Only what can be imported has types to be wrong. */
async function typeProblems(file, manifest) {
  if (manifest.exports?.["."] === undefined) return [];
  try {
    await run(attw, [file, "--profile", "esm-only", "--format", "ascii", "--no-color", "--no-emoji"]);
    return [];
  } catch (error) {
    return [`are the types wrong: ${error.message}`];
  }
}

const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall", "prepare"];
const EXPECTED = [
  "name",
  "description",
  "license",
  "repository",
  "homepage",
  "bugs",
  "keywords",
  "engines",
  "files",
];

function ownProblems(folder, manifest) {
  const scripts = INSTALL_SCRIPTS.filter((name) => manifest.scripts?.[name] !== undefined);
  const missing = EXPECTED.filter((name) => manifest[name] === undefined);
  const absent = (manifest.files ?? []).filter((name) => !existsSync(path.join(folder, name)));
  return [
    ...scripts.map((name) => `it runs a script when it is installed: ${name}`),
    ...missing.map((name) => `package.json has no ${name}`),
    ...absent.map((name) => `files names what is not there: ${name}`),
  ];
}
