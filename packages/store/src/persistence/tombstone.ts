import type { HeldWriteLock } from "@stowage/lockfile";
import { closeSync, linkSync, openSync, renameSync } from "node:fs";
import path from "node:path";
import { inscribe, isInscribed, readInscription, type Tombstone } from "../model/tombstone.ts";
import { identityOf } from "./commit.ts";
import { isRealFolder, moveAside, removeFile, removeTree, settle, syncFolder, uniqueName } from "./disk.ts";
import { isNoSpace } from "./failures.ts";
import { entriesOf, lookAt } from "./look.ts";
import { type StorePaths, TEMPORARY_PREFIX } from "./paths.ts";
import { Removal } from "./removal.ts";
import { notRecorded } from "./session-errors.ts";
import type { Warn } from "./warn.ts";

/*
 * On a full disk the big data of what is deleted must go before the records can be
 * saved, and what is gone cannot be put back. So the deletion is made to hold first,
 * by what takes no space: the data folder of one of the containers gets names that
 * say what is deleted, and is renamed to the tombstone's place. That rename is the
 * moment in which the deletion is made; see docs/decisions/0014-tombstone.md.
 */

/** No tombstone of ours has more names and items: a folder with more becomes none. Of a stranger's no more are read. */
const MOST_ENTRIES = 10_000;

export function hasTombstone({ tombstone }: StorePaths): boolean {
  return lookAt(tombstone)?.isDirectory() === true;
}

/** What is deleted, though the files of records may not say so; undefined when there is no tombstone of ours. */
export function readTombstone({ tombstone }: Pick<StorePaths, "tombstone">): Tombstone | undefined {
  const names: string[] = [];
  for (const { name } of entriesOf(tombstone)) {
    if (names.push(name) > MOST_ENTRIES) return undefined;
  }
  return readInscription(names);
}

/** Whether the tombstone says of records in a file, which is as it was then, that they are deleted. */
export function countsFor(tombstone: Tombstone, paths: StorePaths, isVolatile: boolean): boolean {
  const then = isVolatile ? tombstone.volatile : tombstone.stable;
  return identityOf(isVolatile ? paths.volatileFile : paths.stableFile) === then;
}

/**
 * Makes the deletion hold. It needs room for names alone; when it fails, all is as before.
 * Resolves to false when the bearer's folder and the names are more than who comes next would read.
 *
 * @param bearer one of the containers, which has a data folder
 */
export async function erect(
  paths: StorePaths,
  held: HeldWriteLock,
  { ids, bearer }: Pick<Tombstone, "ids" | "bearer">,
): Promise<boolean> {
  const folder = paths.requireDataFolder(bearer);
  // What the tombstone compares must not change by itself, with a loss of power.
  await settle(paths.volatileFile);
  const { stableFile, volatileFile } = paths;
  const names = inscribe({ ids, bearer, stable: identityOf(stableFile), volatile: identityOf(volatileFile) });
  if (names === undefined) return false;
  await efface(folder);
  if (names.length + [...entriesOf(folder)].length > MOST_ENTRIES) return false;
  try {
    for (const name of names) placeName(paths, path.join(folder, name));
    await syncFolder(folder);
    held.recordWrite();
    held.assertHeld();
    renameSync(asHolder(held, folder), paths.tombstone);
  } catch (error) {
    // What another one has written there by now, once the lock is lost, is not ours to remove.
    held.assertHeld();
    await efface(folder);
    throw error;
  }
  try {
    await syncFolder(paths.dir);
  } catch (error) {
    takeBack(paths, held, folder);
    await efface(folder);
    throw error;
  }
  return true;
}

/** An empty file, or a further name of the lock file, which is always there: that takes no inode, of which none may be left. */
function placeName({ lockFile }: StorePaths, place: string): void {
  try {
    closeSync(openSync(place, "wx", 0o600));
  } catch (error) {
    if (!isNoSpace(error)) throw error;
    try {
      linkSync(lockFile, place);
    } catch {
      throw error;
    }
  }
}

/** @throws what says that the deletion holds, when it cannot be taken back: it may not be told as one that failed */
function takeBack(paths: StorePaths, held: HeldWriteLock, folder: string): void {
  try {
    held.assertHeld();
    if (!moveAside(asHolder(held, paths.tombstone), folder)) held.assertHeld();
  } catch (error) {
    throw notRecorded(paths, error);
  }
}

/**
 * A place by way of the staging folder: a writer that lost its lock finds that gone, and moves nothing of others. Not
 * into that folder and out again, as with what is to be removed: what lies there when the writer is killed is lost.
 */
function asHolder({ stagingFolder }: HeldWriteLock, place: string): string {
  // Joined as they are: normalized, the way would lead past it.
  return stagingFolder === undefined ? place : stagingFolder + path.sep + path.relative(stagingFolder, place);
}

async function efface(folder: string): Promise<void> {
  for (const { name } of [...entriesOf(folder)]) {
    if (isInscribed(name)) await removeFile(path.join(folder, name));
  }
}

/** Removes the big data that went along with the bearer's folder. */
export async function clear({ tombstone }: StorePaths, held: HeldWriteLock): Promise<void> {
  const { stagingFolder } = held;
  for (const { name } of [...entriesOf(tombstone)]) {
    if (isInscribed(name)) continue;
    held.assertHeld();
    const place = path.join(tombstone, name);
    if (stagingFolder === undefined) {
      await removeTree(place);
      continue;
    }
    // A writer that lost its lock finds its staging folder gone, and removes nothing.
    const staged = path.join(stagingFolder, uniqueName(TEMPORARY_PREFIX));
    if (moveAside(place, staged)) await removeTree(staged);
  }
}

/**
 * Takes the tombstone away, once the files of records say the same, or another
 * program has written since: what it wrote counts.
 *
 * @param keeps whether the container of that id is there all the same: it gets its folder again
 */
export async function bury(
  paths: StorePaths,
  held: HeldWriteLock,
  keeps: (bearer: string) => boolean,
  warn: Warn,
): Promise<void> {
  const found = readTombstone(paths);
  if (found === undefined && isOfOthers(paths)) return;
  const home = found !== undefined && keeps(found.bearer) ? paths.dataFolder(found.bearer) : undefined;
  held.assertHeld();
  const isHomeThere = home === undefined ? undefined : await isRealFolder(home);
  if (home !== undefined && isHomeThere === undefined) {
    if (moveAside(asHolder(held, paths.tombstone), home)) await efface(home);
    return;
  }
  if (home !== undefined && isHomeThere === true) bringBack(held, paths.tombstone, home);
  await removeNow(paths, held, paths.tombstone, warn);
}

/** Whether it is somebody else's folder, with what he keeps there; of ours one may be left with some of its names. */
function isOfOthers({ tombstone }: StorePaths): boolean {
  let names = 0;
  for (const { name } of entriesOf(tombstone)) {
    names += 1;
    if (!isInscribed(name) || names > MOST_ENTRIES) return true;
  }
  return false;
}

/** Puts the items of the bearer back beside those that another program has given it since, which count. */
function bringBack(held: HeldWriteLock, from: string, home: string): void {
  for (const entry of [...entriesOf(from)]) {
    const [left, place] = [from, home].map((folder) => path.join(folder, entry.name)) as [string, string];
    if (isInscribed(entry.name)) continue;
    held.assertHeld();
    const there = lookAt(place);
    if (there === undefined) moveAside(asHolder(held, left), place);
    else if (there.isDirectory() && entry.isDirectory()) bringBack(held, left, place);
  }
}

/** Removes a folder with all in it while the lock is held. */
export async function removeNow(
  paths: StorePaths,
  held: HeldWriteLock,
  folder: string,
  warn: Warn,
): Promise<void> {
  const removal = new Removal(folder, paths, warn);
  await removal.freeSpace(held);
  await removal.finish();
}
