import path from "node:path";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { type Found, found, missing } from "./found.ts";
import { repositoryRoot } from "./repository.ts";
import { runProcess } from "./run-process.ts";

/** Where tools/browser/setup.sh puts it: $STOWAGE_BROWSER_HOME, else `stowage/browser` in the user's cache folder. */
function browserHome(): string {
  const given = process.env["STOWAGE_BROWSER_HOME"];
  if (given !== undefined && given !== "") return path.resolve(given);
  const cache = process.env["XDG_CACHE_HOME"];
  const base = cache !== undefined && path.isAbsolute(cache) ? cache : path.join(homedir(), ".cache");
  return path.join(base, "stowage", "browser");
}

/**
 * A headless Chromium, brought to the cache folder when it is not there; or the reason why there is none. Where it is
 * there, that takes no time. Rejects when bringing it fails for a reason that is a defect.
 */
export async function browser(): Promise<Found<string>> {
  const home = browserHome();
  const setup = path.join(repositoryRoot, "tools/browser/setup.sh");
  const { code, stderr } = await runProcess("bash", [setup], { timeout: 600_000 }).catch(
    (error: unknown) => ({
      code: 3,
      stderr: String(error),
    }),
  );
  if (code === 0) return found(path.join(home, "bin", "chromium"));
  if (code !== 3) throw new Error(`${setup}: ${stderr}`);
  return missing(`no browser to look at the page with: ${reasonIn(home) ?? stderr.trim()}`);
}

function reasonIn(home: string): string | undefined {
  try {
    return readFileSync(path.join(home, "unavailable"), "utf8").trim();
  } catch {
    return undefined;
  }
}
