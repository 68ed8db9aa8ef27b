import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { type Found, found, missing } from "./found.ts";
import { repositoryRoot } from "./repository.ts";
import { runProcess } from "./run-process.ts";

/** Where it is kept: $STOWAGE_TERMINAL_HOME, else `stowage/terminal` in the user's cache folder. */
function terminalHome(): string {
  const given = process.env["STOWAGE_TERMINAL_HOME"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const cache = process.env["XDG_CACHE_HOME"];
  const base = cache !== undefined && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache");
  return path.join(base, "stowage", "terminal");
}

/**
 * The absolute path of tmux, the terminal emulator of the tests: the one that the machine has, or the one that
 * tools/terminal/setup.sh brings, which is done here when nobody did it before.
 */
export async function tmux(): Promise<Found<string>> {
  const home = terminalHome();
  const kept = path.join(home, "bin", "tmux");
  const known = [...(process.env["PATH"] ?? "").split(":").map((folder) => path.join(folder, "tmux")), kept];
  const there = known.find((file) => path.isAbsolute(file) && isExecutable(file));
  if (there !== undefined) return found(there);
  const why = path.join(home, "unavailable");
  if (!existsSync(why)) {
    const setup = path.join(repositoryRoot, "tools/terminal/setup.sh");
    const { code, stderr } = await runProcess("bash", [setup], { timeout: 180_000 });
    if (code === 0) return found(kept);
    if (code !== 3) throw new Error(`tools/terminal/setup.sh failed with ${code}: ${stderr}`);
  }
  const reason = readFileSync(why, "utf8").trim();
  return missing(`no tmux: ${reason} (tools/terminal/setup.sh tries again)`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
