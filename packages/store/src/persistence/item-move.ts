import type { AtomicWriter } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import { lstat, rename } from "node:fs/promises";
import path from "node:path";
import { StowageError } from "../errors.ts";
import type { CommitStep } from "../model/commit-journal.ts";
import { identityOf, takeAway } from "./commit.ts";
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
import { several } from "./several.ts";

/** Which item of which container. */
export interface ItemName {
  readonly id: string;
  readonly key: string;
}

/** A big data item on its way from where it was written to its place, and back when the save fails. */
export class ItemMove {
  readonly item: ItemName;
  /** Its place. */
  readonly file: string;
  readonly #writer: AtomicWriter;
  #madeFolders: readonly string[];
  readonly #storeFolder: string;
  /** Where its bytes are, from `stage` on. */
  #source: string | undefined;
  #published = false;
  /** Known, not guessed: only then may undoing remove the file. */
  #wasMissing = false;
  #old: string | undefined;

  private constructor(
    writer: AtomicWriter,
    item: ItemName,
    file: string,
    madeFolders: readonly string[],
    storeFolder: string,
  ) {
    this.#writer = writer;
    this.item = item;
    this.file = file;
    this.#madeFolders = madeFolders;
    this.#storeFolder = storeFolder;
  }

  /** Makes the folders and sees that nothing but a file is in the item's place. */
  static async prepare(
    writer: AtomicWriter,
    item: ItemName,
    { folders, file }: { readonly folders: readonly string[]; readonly file: string },
    storeFolder: string,
  ): Promise<ItemMove> {
    const made = await ensureItemFolders(folders).catch((error: unknown) => {
      // `????>>>` wants a folder where the item of `???` is a file.
      if (folders.length > 1 && error instanceof StowageError) throw collision(item.key, file);
      throw error;
    });
    try {
      const there = await unless(["ENOENT"], lstat(file));
      if (there?.isDirectory() === true) throw collision(item.key, file);
    } catch (error) {
      await removeEmptyFolders(made);
      throw error;
    }
    return new ItemMove(writer, item, file, made, storeFolder);
  }

  /**
   * Has everything ready, so that only the rename is left; with `keepOld` so that
   * it can be undone. Nothing is visible yet.
   */
  async stage(held: HeldWriteLock, keepOld: boolean): Promise<void> {
    const { stagingFolder } = held;
    held.assertHeld();
    if (keepOld && this.#old === undefined) {
      const copy = path.join(stagingFolder ?? this.#storeFolder, uniqueName(TEMPORARY_PREFIX));
      if (await keepCopy(this.file, copy)) this.#old = copy;
      else this.#wasMissing = true;
    }
    if (stagingFolder === undefined) {
      this.#source = this.#writer.temporaryPath;
    } else if (this.#source === undefined) {
      // By way of the staging folder: a writer that lost its lock finds that gone, and replaces nothing.
      const staged = path.join(stagingFolder, uniqueName(TEMPORARY_PREFIX));
      await this.#writer.commit({ path: staged, beforeCommit: () => held.assertHeld() });
      this.#source = staged;
    }
  }

  /** Whether it is in its place. */
  get isPublished(): boolean {
    return this.#published;
  }

  /** Where the content is before it is in its place. */
  get pendingFile(): string {
    return this.#source ?? this.#writer.temporaryPath;
  }

  /** Comes instead of an earlier content for the same place, which nobody will see. */
  async supersede(earlier: ItemMove): Promise<void> {
    this.#madeFolders = [...earlier.#madeFolders, ...this.#madeFolders];
    await earlier.abandon();
  }

  /** What `publish` will do, for the journal. Once it is staged. */
  step(): CommitStep {
    const source = this.#source!;
    return {
      target: { file: "item", ...this.item },
      from: path.basename(source),
      before: identityOf(this.file),
      after: identityOf(source),
    };
  }

  /**
   * Puts items in their places, synced, and the folders that were made for them. Once they are staged; what is published
   * already stays.
   */
  static async publishAll(moves: readonly ItemMove[], held: HeldWriteLock): Promise<void> {
    await several(moves, (move) => move.#publish(held));
    // Many containers that are made together have their folders in one, which need not be synced for each of them.
    const around = new Set(moves.flatMap((move) => move.#madeFolders.map((made) => folderOf(made))));
    await several(around, syncFolder);
  }

  async #publish(held: HeldWriteLock): Promise<void> {
    if (this.#published) return;
    held.assertHeld();
    if (held.stagingFolder === undefined) {
      try {
        await this.#writer.commit({ path: this.file, beforeCommit: () => held.assertHeld() });
      } catch (error) {
        this.#published = isVisible(error);
        throw error;
      }
    } else {
      await rename(this.#source!, this.file);
      this.#published = true;
      await syncFolder(folderOf(this.file));
    }
    this.#published = true;
  }

  /** The save is done: the old content is not wanted any more. */
  async forgetOld(): Promise<void> {
    if (this.#old !== undefined) await removeFile(this.#old);
    this.#old = undefined;
  }

  /** Lets go of what is not in place; what is stays. For a writer that has lost its lock. */
  async abandon(): Promise<void> {
    await this.#writer[Symbol.asyncDispose]();
  }

  /** Everything as before `prepare`. What fails keeps nothing else from being tidied up. */
  async undo(held: HeldWriteLock): Promise<void> {
    try {
      if (this.#published) await this.#unpublish(held);
      // The item was not touched: its old content needs no second name any more.
      await this.forgetOld();
    } finally {
      await this.#writer[Symbol.asyncDispose]();
    }
    await removeEmptyFolders(this.#madeFolders);
  }

  async #unpublish(held: HeldWriteLock): Promise<void> {
    if (this.#old !== undefined) {
      const old = this.#old;
      // Where that fails the old content stays: repair finds it.
      this.#old = undefined;
      await putBack(old, this.file);
    } else if (this.#wasMissing) {
      await takeAway(this.file, held);
    }
    this.#published = false;
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
