import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { npm, run } from "./commands.mjs";

/** The newest release of each line of Node that is supported, as it was when somebody last looked. */
export const NODES = ["20.20.2", "22.23.3", "24.21.0", "26.12.1"];

/** What the single-file executable is made of: Node's newest line with long support, which builds them by itself. */
export const NODE_OF_EXECUTABLE = "26.12.1";

/** Node of that version, from its package, which runs no script; kept in the user's cache folder. */
export async function nodeProgram(version) {
  const folder = path.join(cacheFolder(), "nodes", version);
  const program = path.join(folder, "package/bin/node");
  if (existsSync(program)) return program;
  await mkdir(path.dirname(folder), { recursive: true });
  const temporary = await mkdtemp(`${folder}-`);
  try {
    const name = `node-${process.platform}-${process.arch}@${version}`;
    const quiet = ["--silent", "--no-update-notifier", "--ignore-scripts"];
    const printed = await run(npm(), ["pack", name, ...quiet], { cwd: temporary });
    const members = ["package/bin/node", "package/LICENSE", "package/package.json"];
    await promisify(execFile)("tar", ["-xzf", printed.trim(), ...members], { cwd: temporary });
    await rm(path.join(temporary, printed.trim()));
    // Somebody else may have been faster: theirs is as good.
    await rename(temporary, folder).catch((error) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return program;
}

function cacheFolder() {
  const { XDG_CACHE_HOME: cache } = process.env;
  return path.join(cache && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache"), "stowage");
}
