import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LockFile } from "@stowage/lockfile";

let prepared = 0;

/**
 * Adds one to the number in a file, under the write lock; rejects when the lock was lost before it was done. Two
 * writers at once would read the same number, so that one of their additions would be missing at the end.
 */
export async function countUp(lock: LockFile, file: string): Promise<void> {
  await using held = await lock.lockForWriting();
  const inside = `${file}.inside`;
  const cannotBeLost = held.stagingFolder === undefined;
  // A lock that cannot be lost lets nobody in beside at all: this fails when somebody is.
  if (cannotBeLost) mkdirSync(inside);
  const next = Number(readFileSync(file, "utf8")) + 1;
  const folder = held.stagingFolder ?? path.dirname(file);
  const temporary = path.join(folder, `count-${process.pid}-${(prepared += 1)}`);
  try {
    writeFileSync(temporary, String(next));
    renameSync(temporary, file);
  } catch (error) {
    // It has failed because the lease was taken away: then the lock is not held any more, and this says so.
    held.assertHeld();
    throw error;
  } finally {
    if (cannotBeLost) rmdirSync(inside);
  }
}
