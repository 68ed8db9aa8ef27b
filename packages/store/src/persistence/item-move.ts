import type { AtomicWriter } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import { lstat, rename } from "node:fs/promises";
import path from "node:path";
import { StowageError } from "../errors.ts";
import {
  ensureItemFolders,
  folderOf,
  keepCopy,
  putBack,
  removeEmptyFolders,
  removeFile,
  syncFolder,
  uniqueName,
  unless,
} from "./disk.ts";
import { isVisible } from "./failures.ts";
import { TEMPORARY_PREFIX } from "./paths.ts";

/** A big data item on its way from where it was written to its place, and back when the save fails. */
export class ItemMove {
  /** Its place. */
  readonly file: string;
  readonly #writer: AtomicWriter;
  readonly #madeFolders: readonly string[];
  readonly #storeFolder: string;
  #published = false;
  /** Known, not guessed: only then may undoing remove the file. */
  #wasMissing = false;
  #old: string | undefined;

  private constructor(
    writer: AtomicWriter,
    file: string,
    madeFolders: readonly string[],
    storeFolder: string,
  ) {
    this.#writer = writer;
    this.file = file;
    this.#madeFolders = madeFolders;
    this.#storeFolder = storeFolder;
  }

  /** Makes the folders and sees that nothing but a file is in the item's place. */
  static async prepare(
    writer: AtomicWriter,
    folders: readonly string[],
    file: string,
    key: string,
    storeFolder: string,
  ): Promise<ItemMove> {
    const made = await ensureItemFolders(folders).catch((error: unknown) => {
      // `????>>>` wants a folder where the item of `???` is a file.
      if (folders.length > 1 && error instanceof StowageError) throw collision(key, file);
      throw error;
    });
    try {
      const there = await unless(["ENOENT"], lstat(file));
      if (there?.isDirectory() === true) throw collision(key, file);
    } catch (error) {
      await removeEmptyFolders(made);
      throw error;
    }
    return new ItemMove(writer, file, made, storeFolder);
  }

  /** Puts the item in its place; with `keepOld` so that it can be undone. */
  async publish(held: HeldWriteLock, keepOld: boolean): Promise<void> {
    const { stagingFolder } = held;
    held.assertHeld();
    if (keepOld) {
      const copy = path.join(stagingFolder ?? this.#storeFolder, uniqueName(TEMPORARY_PREFIX));
      if (await keepCopy(this.file, copy)) this.#old = copy;
      else this.#wasMissing = true;
    }
    const beforeCommit = (): void => held.assertHeld();
    if (stagingFolder === undefined) {
      try {
        await this.#writer.commit({ path: this.file, beforeCommit });
      } catch (error) {
        this.#published = isVisible(error);
        throw error;
      }
    } else {
      // By way of the staging folder: a writer that lost its lock finds that gone, and replaces nothing.
      const staged = path.join(stagingFolder, uniqueName(TEMPORARY_PREFIX));
      await this.#writer.commit({ path: staged, beforeCommit });
      await rename(staged, this.file);
      this.#published = true;
      await syncFolder(folderOf(this.file));
    }
    this.#published = true;
    const [outermost] = this.#madeFolders;
    if (outermost !== undefined) {
      for (const made of this.#madeFolders) await syncFolder(folderOf(made));
    }
  }

  /** The save is done: the old content is not wanted any more. */
  async forgetOld(): Promise<void> {
    if (this.#old !== undefined) await removeFile(this.#old);
    this.#old = undefined;
  }

  /** Everything as before `prepare`. */
  async undo(): Promise<void> {
    if (this.#old !== undefined) {
      await putBack(this.#old, this.file);
      // Where the item was not replaced yet, the copy is a second name of it, and a rename between the two does nothing.
      await removeFile(this.#old);
      this.#old = undefined;
    } else if (this.#published && this.#wasMissing) {
      await removeFile(this.file);
    }
    this.#published = false;
    await this.#writer[Symbol.asyncDispose]();
    await removeEmptyFolders(this.#madeFolders);
  }
}

/** The error for an item that cannot be where another one is: the item of `????>>>` wants a folder where that of `???` is a file. */
export function collision(key: string, file: string): StowageError {
  return new StowageError(
    "ERR_INVALID_BIG_DATA_NAME",
    `${JSON.stringify(key)} cannot be stored, since another item lies in its way at ${file}; ` +
      "choose another key: not a valid name for a big data item",
    { key, path: file },
  );
}
