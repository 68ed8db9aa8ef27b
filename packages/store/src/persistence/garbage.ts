import { isId } from "@stowage/truncindex";
import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { unless } from "./disk.ts";
import { SET_ASIDE_PREFIX } from "./paths.ts";

/** Something that belongs to no container, and what it takes, in bytes. */
export interface Garbage {
  /** Relative to the store's folder. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * The folders of the store that belong to no container: those named by 64
 * lower-case hex digits that `isKnown` does not know, and those that were set
 * aside to be removed. Links are not followed; nothing else counts.
 */
export async function collectible(dir: string, isKnown: (id: string) => boolean): Promise<Garbage[]> {
  const found: Garbage[] = [];
  const entries: Dirent[] = (await unless(["ENOENT"], readdir(dir, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const orphaned = isId(entry.name) && !isKnown(entry.name);
    if (!orphaned && !entry.name.startsWith(SET_ASIDE_PREFIX)) continue;
    found.push({ path: entry.name, bytes: await bytesIn(path.join(dir, entry.name)) });
  }
  return found;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  const entries = (await unless(["ENOENT"], readdir(folder, { withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    const target = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await bytesIn(target);
    else bytes += (await unless(["ENOENT"], lstat(target)))?.size ?? 0;
  }
  return bytes;
}
