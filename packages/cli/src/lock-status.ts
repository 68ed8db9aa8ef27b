import { existsSync } from "node:fs";
import path from "node:path";

import type { LockFile } from "@stowage/lockfile";
import type { LockStatus } from "@stowage/store";

import type { CommandContext } from "./context.ts";
import { storeMissing } from "./open-store.ts";

/**
 * Asked at the lock file itself: opening the store reads it, and would wait for the
 * very writer who is asked about.
 *
 * @param as "ourselves": opened as the store is, so that it knows of those who wait in this process
 */
export async function lockStatus(
  context: CommandContext,
  as: "a looker-on" | "ourselves" = "a looker-on",
): Promise<LockStatus> {
  const readOnly = as === "a looker-on" || context.globals.readOnly === true;
  return await withLockFile(context, readOnly, (lock) => lock.status());
}

/** Whether the store's lock is one that can only be taken by writing: then whoever opens it read-only reads without. */
export async function isLockedByWriting(context: CommandContext): Promise<boolean> {
  return await withLockFile(context, true, ({ protocol }) => Promise.resolve(protocol === "portable"));
}

async function withLockFile<T>(
  context: CommandContext,
  readOnly: boolean,
  use: (lock: LockFile) => Promise<T>,
): Promise<T> {
  const { location, globals } = context;
  const { dir, transient, runDir = dir } = location;
  if (!existsSync(dir)) throw await storeMissing(context);
  const { openLockFile } = await import("@stowage/lockfile");
  const file = path.join(transient ? runDir : dir, "containers.lock");
  const lock = await openLockFile(file, { readOnly, protocol: globals.lock });
  try {
    return await use(lock);
  } finally {
    await lock.close();
  }
}
