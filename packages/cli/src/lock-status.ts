import { existsSync } from "node:fs";
import path from "node:path";

import type { LockStatus } from "@stowage/store";

import type { CommandContext } from "./context.ts";

/**
 * Asked at the lock file itself: opening the store reads it, and would wait for the
 * very writer who is asked about.
 *
 * @param as "ourselves": opened as the store is, so that it knows of those who wait in this process
 */
export async function lockStatus(
  { location, globals }: CommandContext,
  as: "a looker-on" | "ourselves" = "a looker-on",
): Promise<LockStatus> {
  const { StowageError } = await import("@stowage/store");
  const { dir, transient, runDir = dir } = location;
  if (!existsSync(dir)) {
    throw new StowageError("ERR_STORE_NOT_FOUND", `there is no store at ${dir}`, { path: dir });
  }
  const { openLockFile } = await import("@stowage/lockfile");
  const file = path.join(transient ? runDir : dir, "containers.lock");
  const readOnly = as === "a looker-on" || globals.readOnly === true;
  const lock = await openLockFile(file, { readOnly, protocol: globals.lock });
  try {
    return await lock.status();
  } finally {
    await lock.close();
  }
}
