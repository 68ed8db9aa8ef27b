import { constants, renameSync, type Stats, statSync } from "node:fs";
import {
  copyFile,
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  rename,
  rm,
  rmdir,
  statfs,
  unlink,
} from "node:fs/promises";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { StowageError } from "../errors.ts";
import { asStowageError, errnoOf } from "./failures.ts";

/** `undefined` when the promise fails with one of these codes of the system. */
export async function unless<T>(codes: readonly string[], promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined && codes.includes(errno)) return undefined;
    throw error;
  }
}

/** Does what may be done again, once more when it fails: the system may refuse a call for a moment only. */
export async function twice(work: () => Promise<void>): Promise<void> {
  await work().catch(work);
}

/** How often a folder above is made that others remove, or that says it is not there, before giving up. */
const FOLDER_TRIES = 10;

/**
 * Makes a folder, and those above it, with mode 0700, also when others do so at the same moment. Resolves to the
 * topmost one that had to be made.
 *
 * Not `recursive` of Node's, which tries for ever where a folder that is there takes
 * none and says ENOENT, as in /proc or where folders are mounted when they are used.
 */
export async function ensureFolder(folder: string): Promise<string | undefined> {
  let topmost: string | undefined;
  // Nearly always it is there.
  if (isFolder(folder)) return topmost;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await mkdir(folder, { mode: 0o700 });
      return topmost ?? folder;
    } catch (error) {
      if (isFolder(folder)) return topmost;
      if (errnoOf(error) !== "ENOENT" || attempt === FOLDER_TRIES) throw error;
      topmost = (await ensureFolder(folderOf(folder))) ?? topmost;
    }
  }
}

/** At once, as the way to another thread takes longer: to start those threads is a fifth of opening a small store. */
function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Makes what was renamed, made or removed in a folder survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    // The system does not say which.
    throw asStowageError(error, folder);
  }
}

/** Makes a place survive a loss of power as it is, with what else has a name in its folder: a file, or that there is none. */
export async function settle(file: string): Promise<void> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await unless(["ENOENT"], open(file, flags));
  try {
    try {
      await handle?.datasync();
    } finally {
      await handle?.close();
    }
  } catch (error) {
    // The system does not say which.
    throw asStowageError(error, file);
  }
  await syncFolder(folderOf(file));
}

/** Whether there is a real folder, no link to one, at that place; undefined when there is nothing. */
export async function isRealFolder(folder: string): Promise<boolean | undefined> {
  const there = await unless(["ENOENT", "ENOTDIR"], lstat(folder));
  return there?.isDirectory();
}

/** @throws StowageError ERR_IO for a link or a file where a container's folder should be */
function notAFolder(folder: string): StowageError {
  return new StowageError(
    "ERR_IO",
    `${folder} is a link or a file where a container's folder should be; nothing was followed or changed. ` +
      "Look at it, and move it away",
    { path: folder, errno: "ENOTDIR" },
  );
}

/**
 * Makes the folders of an item, outermost first; none may be a link. Resolves
 * to those that had to be made.
 */
export async function ensureItemFolders(folders: readonly string[]): Promise<string[]> {
  const made: string[] = [];
  for (const folder of folders) {
    if ((await isRealFolder(folder)) === true) continue;
    const result = await unless(
      ["EEXIST"],
      mkdir(folder, { mode: 0o700 }).then(() => true),
    );
    if (result === true) made.push(folder);
    else if ((await isRealFolder(folder)) !== true) throw notAFolder(folder);
  }
  return made;
}

/**
 * Opens an item for reading: a regular file, reached through real folders only.
 * A pipe or a device in its place is refused without waiting for it.
 *
 * The caller closes the handle. Undefined when there is no such file.
 */
export async function openItem(folders: readonly string[], file: string): Promise<FileHandle | undefined> {
  for (const folder of folders) {
    const real = await isRealFolder(folder);
    if (real === undefined) return undefined;
    if (!real) throw notAFolder(folder);
  }
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const handle = await unless(["ENOENT", "ENOTDIR"], open(file, flags)).catch((error: unknown) => {
    // What a socket or a device says that nobody serves.
    throw errnoOf(error) === "ENXIO" ? notAFile(file, "ENXIO") : error;
  });
  if (handle === undefined) return undefined;
  let there: Stats;
  try {
    there = await handle.stat();
    if (there.isFile()) return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  throw notAFile(file, there.isDirectory() ? "EISDIR" : "EINVAL");
}

/** StowageError ERR_IO for what is no file where an item should be */
function notAFile(file: string, errno: string): StowageError {
  return new StowageError("ERR_IO", `${file} is no regular file; look at it, and move it away`, {
    path: file,
    errno,
  });
}

/** A name that nothing else has, for what is on its way in or out. */
export function uniqueName(prefix: string): string {
  return `${prefix}${randomBytes(12).toString("hex")}`;
}

/** Renames a file or folder away; false when there was nothing. At once, as the way to another thread takes longer. */
export function moveAside(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return false;
    throw error;
  }
}

/** Removes a file, or a folder with all in it; links are removed, never followed. */
export async function removeTree(target: string): Promise<void> {
  await rm(target, { recursive: true, force: true });
}

/** Removes empty folders, innermost first; one that is not empty stays. */
export async function removeEmptyFolders(folders: readonly string[]): Promise<void> {
  for (const folder of folders.toReversed()) {
    await unless(["ENOTEMPTY", "EEXIST", "ENOENT"], rmdir(folder));
  }
}

/** What file systems say that have no hard links, or not this one. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"];

/**
 * Keeps a file that is about to be replaced, so that it can be put back: by a
 * second name, or by a copy where there are no hard links. Resolves to false
 * when there is no such file.
 */
export async function keepCopy(file: string, copy: string): Promise<boolean> {
  const linked = await unless(
    ["ENOENT", ...NO_LINKS],
    link(file, copy).then(() => true),
  );
  if (linked === true) return true;
  if ((await unless(["ENOENT"], lstat(file))) === undefined) return false;
  await copyFile(file, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  return true;
}

export async function putBack(copy: string, file: string): Promise<void> {
  await rename(copy, file);
}

export async function removeFile(file: string): Promise<void> {
  await unless(["ENOENT"], unlink(file));
}

/** Bytes that are free on the file system of a folder, for whoever is not root. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

export const folderOf = (file: string): string => path.dirname(file);
