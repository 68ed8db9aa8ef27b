import {
  closeSync,
  constants,
  type Dirent,
  fstatSync,
  lstatSync,
  opendirSync,
  openSync,
  type Stats,
} from "node:fs";
import { chmod, open, type FileHandle, lstat } from "node:fs/promises";
import { asStowageError, errnoOf } from "./failures.ts";

/*
 * Looking at many small things. These calls only touch what the system keeps in
 * memory, or wait for one block of a disk: a detour through the thread pool
 * costs many times the call itself. Whoever makes many of them in a row lets
 * others run in between: see `Pace`.
 */

/** What stands in a place, links not followed; undefined when there is nothing. */
export function lookAt(place: string): Stats | undefined {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch (error) {
    if (isNothing(error)) return undefined;
    throw error;
  }
}

/** The entries of a folder, one by one; none when it is not there, or is no folder. A link is not followed. */
export function* entriesOf(folder: string): Generator<Dirent> {
  if (lookAt(folder)?.isDirectory() !== true) return;
  let open;
  try {
    open = opendirSync(folder);
  } catch (error) {
    if (isNothing(error)) return;
    // The system does not say which.
    throw asStowageError(error, folder);
  }
  try {
    for (let entry = open.readSync(); entry !== null; entry = open.readSync()) yield entry;
  } finally {
    const folderOpen = open;
    closeQuietly(() => folderOpen.closeSync());
  }
}

/** What was only read is free whatever the system says at its end, and was read all the same. */
function closeQuietly(close: () => void): void {
  try {
    close();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** A file that was opened for reading. Whoever opened it closes it. */
export class OpenFile {
  readonly fd: number;
  readonly stats: Stats;
  #isOpen = true;

  constructor(fd: number, stats: Stats) {
    this.fd = fd;
    this.stats = stats;
  }

  /** Idempotent: the number may belong to another file by the second time. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeQuietly(() => closeSync(this.fd));
  }
}

/** A file that was opened, or why it was not. */
export type Opened =
  | { readonly file: OpenFile }
  | { readonly problem: "missing" | "link" | "no file" | "no folder" }
  | { readonly problem: "unreadable"; readonly error: unknown };

const CAREFUL = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Opens a file for reading, reached through real folders only; says what is in
 * the way instead of throwing.
 */
export function openCarefully(folders: readonly string[], file: string): Opened {
  for (const folder of folders) {
    const there = lookAt(folder);
    if (there === undefined) return { problem: "missing" };
    if (there.isSymbolicLink()) return { problem: "link" };
    if (!there.isDirectory()) return { problem: "no folder" };
  }
  let fd: number;
  try {
    fd = openSync(file, CAREFUL);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return { problem: "missing" };
    if (errnoOf(error) === "ELOOP") return { problem: "link" };
    if (errnoOf(error) === "ENXIO") return { problem: "no file" };
    return { problem: "unreadable", error };
  }
  try {
    const stats = fstatSync(fd);
    if (stats.isFile()) return { file: new OpenFile(fd, stats) };
  } catch (error) {
    closeSync(fd);
    return { problem: "unreadable", error };
  }
  closeSync(fd);
  return { problem: "no file" };
}

/** Whether the system says that nothing is there. */
export function isNothing(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "ENOENT" || errno === "ENOTDIR";
}

/**
 * Sets the mode of a file or folder that is there, not of what a link points to:
 * a link makes it fail with ELOOP.
 */
export async function setMode(place: string, mode: number): Promise<void> {
  const stats = await lstat(place);
  let handle: FileHandle;
  try {
    handle = await open(place, CAREFUL);
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

/** Cuts a file that is there to a length in bytes; a link makes it fail with ELOOP. */
export async function cutFile(place: string, length: number): Promise<void> {
  const handle = await open(place, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    await handle.truncate(length);
  } finally {
    await handle.close();
  }
}
