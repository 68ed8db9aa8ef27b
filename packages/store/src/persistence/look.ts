import { constants, type Dirent, type Stats } from "node:fs";
import { chmod, type FileHandle, lstat, open, readdir } from "node:fs/promises";
import { unless } from "./disk.ts";
import { errnoOf } from "./failures.ts";

/** What stands in a place, links not followed; undefined when there is nothing. */
export async function lookAt(place: string): Promise<Stats | undefined> {
  return await unless(["ENOENT", "ENOTDIR"], lstat(place));
}

/** The entries of a folder; none when it is not there, or is no folder. A link is not followed. */
export async function entriesOf(folder: string): Promise<Dirent[]> {
  if ((await lookAt(folder))?.isDirectory() !== true) return [];
  return (await unless(["ENOENT", "ENOTDIR"], readdir(folder, { withFileTypes: true }))) ?? [];
}

/** A file that was opened, or why it was not. The caller closes the handle. */
export type Opened =
  | { readonly handle: FileHandle; readonly stats: Stats }
  | { readonly problem: "missing" | "link" | "no file" | "no folder" }
  | { readonly problem: "unreadable"; readonly error: unknown };

/**
 * Opens a file for reading, reached through real folders only; says what is in
 * the way instead of throwing.
 */
export async function openCarefully(folders: readonly string[], file: string): Promise<Opened> {
  for (const folder of folders) {
    const there = await lookAt(folder);
    if (there === undefined) return { problem: "missing" };
    if (there.isSymbolicLink()) return { problem: "link" };
    if (!there.isDirectory()) return { problem: "no folder" };
  }
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return { problem: "missing" };
    if (errno === "ELOOP") return { problem: "link" };
    if (errno === "ENXIO") return { problem: "no file" };
    return { problem: "unreadable", error };
  }
  try {
    const stats = await handle.stat();
    if (stats.isFile()) return { handle, stats };
  } catch (error) {
    await handle.close();
    return { problem: "unreadable", error };
  }
  await handle.close();
  return { problem: "no file" };
}

/**
 * Sets the mode of a file or folder that is there, not of what a link points to:
 * a link makes it fail with ELOOP.
 */
export async function setMode(place: string, mode: number): Promise<void> {
  const stats = await lstat(place);
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;
  let handle: FileHandle;
  try {
    handle = await open(place, flags);
  } catch (error) {
    // One that its owner may not even read can only be changed by its name.
    if (errnoOf(error) !== "EACCES" || stats.isSymbolicLink()) throw error;
    return await chmod(place, mode);
  }
  try {
    await handle.chmod(mode);
  } finally {
    await handle.close();
  }
}
