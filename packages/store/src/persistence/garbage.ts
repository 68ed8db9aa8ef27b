import { isId } from "@stowage/truncindex";
import type { Dirent, Stats } from "node:fs";
import path from "node:path";
import type { Container } from "../model/container.ts";
import { leftoverKind } from "../model/leftovers.ts";
import { removeFile } from "./disk.ts";
import { errnoOf } from "./failures.ts";
import { entriesOf, lookAt } from "./look.ts";
import { Pace } from "./pace.ts";
import type { StorePaths } from "./paths.ts";
import { runFolderEntries } from "./run-folder.ts";

/** Something that may belong to no container, and what it takes. */
export interface Garbage {
  /** Relative to the store's folder; what lies in a run folder outside of it has its whole path. */
  readonly path: string;
  readonly bytes: number;
  readonly kind: "orphaned folder" | "set-aside folder" | "temporary file";
}

export interface GarbageSearch {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Milliseconds: what was changed since is left alone. */
  readonly minAge: { readonly folders: number; readonly files: number };
  readonly pace: Pace;
  /** What went wrong so far: one place that cannot be looked at keeps nobody from collecting the rest. */
  readonly failures: unknown[];
}

/**
 * What may be collected of a store with these containers: folders named by 64
 * lower-case hex digits that belong to none, folders that were set aside to be
 * removed, temporary files in the store's folder, in the containers' and of the volatile file. Links
 * are not followed; nothing else counts.
 *
 * It needs no lock; so whoever removes something must look again, with the lock.
 */
export async function findGarbage(
  paths: StorePaths,
  containers: readonly Container[],
  search: GarbageSearch,
): Promise<Garbage[]> {
  const { dir } = paths;
  const ids = new Set(containers.map(({ id }) => id));
  const found: Garbage[] = [];
  for (const entry of entriesOf(dir)) {
    const { name } = entry;
    const place = path.join(dir, name);
    const leftover = leftoverKind(name);
    if (entry.isFile() && leftover === "temporary") found.push(...temporaryFile(paths, place, search));
    const isLeft = leftover === "set-aside" || leftover === "held";
    if (!entry.isDirectory() || (!isLeft && (!isId(name) || ids.has(name)))) continue;
    if (search.pace.isOver) await search.pace.rest();
    const stats = lookAt(place);
    // An export may be at work with what it holds, as a writer with a temporary file.
    const minAge = leftover === "held" ? search.minAge.files : search.minAge.folders;
    if (stats?.isDirectory() !== true || !isOld(stats, minAge, search.now)) continue;
    const kind = isLeft ? "set-aside folder" : "orphaned folder";
    found.push({ path: name, bytes: await bytesIn(place, search.pace), kind });
  }
  for (const { name } of runFolderEntries(paths)) {
    if (leftoverKind(name) !== "temporary") continue;
    found.push(...temporaryFile(paths, path.join(paths.volatileDir!, name), search));
  }
  for (const container of containers) {
    if (search.pace.isOver) await search.pace.rest();
    try {
      found.push(...temporaryFilesOf(paths, container, search));
    } catch (error) {
      search.failures.push(error);
    }
  }
  return found;
}

function temporaryFilesOf(paths: StorePaths, container: Container, search: GarbageSearch): Garbage[] {
  const folder = paths.dataFolder(container.id);
  if (folder === undefined) return [];
  const found: Garbage[] = [];
  let items: Set<string> | undefined;
  for (const entry of entriesOf(folder)) {
    if (!entry.isFile()) continue;
    const files = (items ??= paths.itemFiles(container));
    const place = path.join(folder, entry.name);
    // A key may well be named like a temporary file.
    if (files.has(place)) continue;
    if (leftoverKind(entry.name, (name) => files.has(path.join(folder, name))) !== "temporary") continue;
    found.push(...temporaryFile(paths, place, search));
  }
  return found;
}

function temporaryFile({ dir }: StorePaths, place: string, { minAge, now }: GarbageSearch): Garbage[] {
  const stats = lookAt(place);
  if (stats?.isFile() !== true || !isOld(stats, minAge.files, now)) return [];
  const relative = path.relative(dir, place);
  return [{ path: relative.startsWith("..") ? place : relative, bytes: stats.size, kind: "temporary file" }];
}

/** With a minimum of 0 everything is old enough, also what a clock that goes wrong has stamped in the future. */
const isOld = (stats: Stats, minAge: number, now: number): boolean =>
  minAge === 0 || now - stats.mtimeMs >= minAge;

/** Removes a temporary file that was found, if it still is one. Resolves to whether it did. */
export async function removeTemporaryFile(
  { dir }: StorePaths,
  relative: string,
  { minAge, now }: GarbageSearch,
): Promise<boolean> {
  const place = path.resolve(dir, relative);
  const folder = path.dirname(place);
  if (folder !== dir && lookAt(folder)?.isDirectory() !== true) return false;
  const stats = lookAt(place);
  if (stats?.isFile() !== true || !isOld(stats, minAge.files, now)) return false;
  await removeFile(place);
  return true;
}

/** What is in a folder, as far as it can be looked at: whoever removes it is told what cannot. */
export async function bytesIn(folder: string, pace = new Pace(undefined)): Promise<number> {
  let bytes = 0;
  for (const entry of visibleIn(folder)) {
    if (pace.isOver) await pace.rest();
    const target = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(target, pace);
    else bytes += sizeOf(target);
  }
  return bytes;
}

function* visibleIn(folder: string): Generator<Dirent> {
  try {
    yield* entriesOf(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

function sizeOf(file: string): number {
  try {
    return lookAt(file)?.size ?? 0;
  } catch {
    return 0;
  }
}
