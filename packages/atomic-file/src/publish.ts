import fs from "node:fs";
import { AtomicFileError, systemError } from "./errors.ts";
import { Folders } from "./folders.ts";
import { replaceFile } from "./rename.ts";
import type { TemporaryFile } from "./temporary-file.ts";

/** A sealed file and the place that is meant for it. */
export interface ReadyFile {
  readonly temporary: TemporaryFile;
  /** Absolute. */
  readonly target: string;
  /** Whether its name in the folder must survive a loss of power. */
  readonly sync: boolean;
}

export interface PublishOptions {
  readonly beforeCommit: (() => void | Promise<void>) | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Renames the files to their places, in order, and syncs each folder once. Takes over the files: whatever happens, no
 * temporary file is left.
 *
 * Everything that can fail beforehand is done beforehand: the folders are opened and the targets looked at before the
 * first rename, so that only the system's refusal of a later rename can show some files of a set and not others.
 */
export async function publish(files: readonly ReadyFile[], options: PublishOptions): Promise<void> {
  const appeared: string[] = [];
  const folders = new Folders();
  try {
    const bytes = files.map((file) => Math.max(file.temporary.size, sizeOfOld(file.target)));
    for (const { target, sync } of files) if (sync) folders.open(target);
    options.signal?.throwIfAborted();
    if (options.beforeCommit !== undefined) {
      await options.beforeCommit();
      options.signal?.throwIfAborted();
    }
    for (const [at, { temporary, target }] of files.entries()) {
      try {
        await replaceFile(temporary.path, target, bytes[at] as number);
      } catch (error) {
        throw systemError(error, target);
      }
      appeared.push(target);
    }
    if (!folders.isEmpty) await folders.sync(appeared);
  } catch (error) {
    if (appeared.length === files.length) throw error;
    throw await takeBack(files.slice(appeared.length), await partly(error, appeared, folders));
  } finally {
    folders.close();
  }
}

/** The size in bytes of what a rename will remove. Throws when it is a folder, which no file may replace. */
function sizeOfOld(target: string): number {
  try {
    const stats = fs.lstatSync(target, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      throw Object.assign(new Error(`EISDIR: a folder is at ${target}`), {
        code: "EISDIR",
        syscall: "rename",
      });
    }
    return stats?.size ?? 0;
  } catch (error) {
    throw systemError(error, target);
  }
}

/** The error when a set has appeared only in part; the error itself when nothing has. */
async function partly(error: unknown, appeared: readonly string[], folders: Folders): Promise<unknown> {
  const [first] = appeared;
  if (first === undefined) return error;
  const { path = first, syscall, errno } = error as Partial<AtomicFileError>;
  // What did appear should last, so that the report stays true; when that fails too, it says so.
  const unsynced = await folders.sync(appeared).then(
    () => undefined,
    (failure: Error) => ` (and: ${failure.message})`,
  );
  return new AtomicFileError(
    "ERR_ATOMIC_PARTIAL",
    `only a part of the files appeared: ${appeared.join(", ")}${unsynced ?? ""}; the others are as before, for: ` +
      `${String((error as Error).message)}`,
    { path, syscall, errno, appeared, lasting: unsynced === undefined, cause: error },
  );
}

/** Removes the temporary files that have come to no place. Resolves to the error to be thrown. */
async function takeBack(files: readonly ReadyFile[], reason: unknown): Promise<unknown> {
  let error = reason;
  for (const { temporary } of files) error = await temporary.discard(error);
  return error;
}
