import { randomBytes } from "node:crypto";
import { readdir, rename, rm, rmdir } from "node:fs/promises";
import path from "node:path";
import { isNoSpace, systemCode } from "../errors.ts";
import { isRealFolder, makeRealFolder, readRealFolder } from "./real-folder.ts";
import type { SpareFolders } from "./spare-folders.ts";

// A writer that was stopped (SIGSTOP, a sleeping laptop) may lose its lock and
// go on between any two system calls; no check in front of a rename closes that
// gap. A place does: a writer prepares its files in a folder of its own, its
// lease, and puts them in place by renaming them out of it. Whoever gets the
// lock makes his own lease first, then moves all others away and removes them,
// and only then reads the store. So a late rename finds its source gone, and
// one that came before is simply read. Should two ever believe to have the lock,
// each made his lease before he looked for others: at most one lease is left.

function leasesFolder(marker: string): string {
  return path.join(marker, "leases");
}

function trashFolder(marker: string): string {
  return path.join(marker, "trash");
}

/**
 * Takes over what is wanted of a lease that was taken away, `left`, into `lease`. It must rename files: then whoever
 * had them finds them gone, or has put them in place before.
 */
export type Inherit = (left: string, lease: string) => Promise<void>;

/** Makes a lease (0700) and takes all others away; resolves to its path when nothing of the others is left. */
export async function takeLease(marker: string, spares: SpareFolders, inherit?: Inherit): Promise<string> {
  const lease = path.join(leasesFolder(marker), randomName());
  await makeRealFolder(leasesFolder(marker));
  await makeRealFolder(trashFolder(marker));
  await spares.make(lease).catch(async (error: unknown) => {
    // Writers that were killed one after the other may have left so many that none can be made.
    if (!isNoSpace(error) || !(await dropEmpty(marker))) throw error;
    await spares.make(lease);
  });
  try {
    for (const name of await readRealFolder(leasesFolder(marker))) {
      if (name !== path.basename(lease)) await moveAway(marker, name);
    }
    // Moving is not enough: a rename under way may have looked up the folder already, but not yet the file.
    for (const name of await readRealFolder(trashFolder(marker))) {
      const left = path.join(trashFolder(marker), name);
      // A link there is nobody's lease.
      if (isRealFolder(left)) await inherit?.(left, lease);
      await remove(left);
    }
  } catch (error) {
    await remove(lease);
    throw error;
  }
  return lease;
}

/** Lets go of a lease whose lock was lost before it was used. What it inherited is for whoever has the lock now. */
export async function leaveLease(lease: string): Promise<void> {
  try {
    await rmdir(lease);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(systemCode(error) ?? "")) throw error;
  }
}

/** Removes a lease, and what was left in it. */
export async function endLease(lease: string, spares: SpareFolders): Promise<void> {
  if (spares.areMissing) {
    for (const name of await readdir(lease).catch(emptyWhenMissing)) await remove(path.join(lease, name));
    if (await spares.giveBack(lease)) return;
  }
  await remove(lease);
}

/**
 * Removes leases of others that hold nothing; resolves to whether there were any. What lies in another one is seen to
 * once the own lease is there.
 */
async function dropEmpty(marker: string): Promise<boolean> {
  let dropped = false;
  for (const folder of [leasesFolder(marker), trashFolder(marker)]) {
    for (const name of await readRealFolder(folder)) {
      const lease = path.join(folder, name);
      await leaveLease(lease);
      dropped ||= !isRealFolder(lease);
    }
  }
  return dropped;
}

function emptyWhenMissing(error: unknown): string[] {
  if (systemCode(error) === "ENOENT") return [];
  throw error;
}

async function moveAway(marker: string, name: string): Promise<void> {
  try {
    await rename(path.join(leasesFolder(marker), name), path.join(trashFolder(marker), randomName()));
  } catch (error) {
    // Its owner ended it at this moment.
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

async function remove(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

function randomName(): string {
  return randomBytes(16).toString("hex");
}
