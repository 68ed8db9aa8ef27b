import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { outcomeOf } from "./program-walk.mjs";
import { npm } from "./commands.mjs";

/** Installs the packed program as its users do, into an empty prefix; with that Node. Resolves to where it lies. */
export async function installGlobally(node, tarball, prefix) {
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier", "--prefer-offline"];
  const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}` };
  const words = [node, npm(), "install", "--global", "--prefix", prefix, ...quiet, tarball];
  const { code, stdout, stderr } = await outcomeOf(words, { env });
  if (code !== 0) throw new Error(`it cannot be installed: ${stdout}${stderr}`);
  const installed = {
    program: path.join(prefix, "bin/stowage"),
    folder: path.join(prefix, "lib/node_modules/@stowage/cli"),
    manual: path.join(prefix, "share/man/man1/stowage.1"),
  };
  for (const file of Object.values(installed))
    if (!existsSync(file)) throw new Error(`${file} was not installed`);
  return installed;
}

/** Bytes of all files in a folder. */
export async function bytesIn(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(
    files.map(async (entry) => (await stat(path.join(entry.parentPath ?? entry.path, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
