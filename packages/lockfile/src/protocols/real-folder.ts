import { lstatSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";

// What lies in a portable store may have come with an archive. A link among the
// folders of its locks must not lead to another place, in which files would then
// be listed, made and removed.

/** Whether a folder, no link to one, is there. */
export function isRealFolder(folder: string): boolean {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @throws ENOENT when there is nothing, ENOTDIR for a link or anything else that is no folder */
export function assertRealFolder(folder: string): void {
  if (lstatSync(folder).isDirectory()) return;
  const message = `ENOTDIR: ${folder} is a link or a file where a folder of the lock should be; move it away`;
  throw Object.assign(new Error(message), { code: "ENOTDIR", path: folder });
}

/** Makes a folder (0700) in one that is there. @throws ENOTDIR for anything else in its place */
export async function makeRealFolder(folder: string): Promise<void> {
  // Nearly always it is there.
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined)
    await mkdir(folder, { recursive: true, mode: 0o700 });
  assertRealFolder(folder);
}

/** The names in a folder. @throws as `assertRealFolder` */
export async function readRealFolder(folder: string): Promise<string[]> {
  assertRealFolder(folder);
  return await readdir(folder);
}
