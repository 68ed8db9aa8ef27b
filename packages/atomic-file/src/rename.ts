import fs from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { QUICK_RENAME_BYTES, rename } from "./system.ts";

/**
 * On Windows a file cannot be replaced while a virus scanner, an indexer or a reader has it open; they let go soon.
 * These are the pauses in ms before each new try, in all about two seconds.
 */
const PAUSES = [1, 5, 10, 25, 50, 100, 200, 400, 600, 600];
const PASSING = new Set(["EPERM", "EACCES", "EBUSY"]);

/**
 * Moves a file over another, or to a free place. `bytes` is the size of the larger of the two. Undefined when that is
 * done on return.
 *
 * A symbolic link at `to` is replaced itself, as rename(2) does; what it points to is not touched.
 */
export function replaceFile(from: string, to: string, bytes: number): Promise<void> | undefined {
  if (process.platform === "win32") return patiently(() => rename(from, to), PAUSES);
  if (bytes > QUICK_RENAME_BYTES) return rename(from, to);
  fs.renameSync(from, to);
  return undefined;
}

/** Tries again after each pause (ms) while the failure is one that passes. The last failure comes out. */
export async function patiently(attempt: () => Promise<void>, pauses: readonly number[]): Promise<void> {
  for (const milliseconds of pauses) {
    try {
      return await attempt();
    } catch (error) {
      if (!PASSING.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
    await pause(milliseconds);
  }
  return attempt();
}
