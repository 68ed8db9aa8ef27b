import { closeSync, constants, openSync } from "node:fs";
import path from "node:path";
import type { LockMode } from "../errors.ts";
import type { KernelLocks } from "./addon.ts";
import { markRange } from "./proc-locks.ts";

// So that this process can tell its own marks from those of others.
const own = new Set<number>();

/** Whether a mark that starts there is this process's. */
export function isOwnMark(start: number): boolean {
  return own.has(start);
}

/**
 * Tells other processes that this one waits for `lockFile`; returns what takes
 * the mark away. Undefined where the folder cannot be locked: the wait is then
 * merely not seen.
 */
export function placeWaitMark(
  locks: KernelLocks,
  lockFile: string,
  mode: LockMode,
  target: number,
): (() => void) | undefined {
  let fd: number;
  try {
    fd = openSync(path.dirname(lockFile), constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
  } catch {
    return undefined;
  }
  let since = Date.now();
  while (own.has(markRange({ mode, since, target }).start)) since += 1;
  const { start, length } = markRange({ mode, since, target });
  try {
    if (locks.tryLock(fd, start, length, { shared: true })) {
      own.add(start);
      return () => {
        own.delete(start);
        closeSync(fd);
      };
    }
  } catch {
    // This file system or system locks no folders.
  }
  closeSync(fd);
  return undefined;
}
