import { type HeldWriteLock, LockFileError } from "@stowage/lockfile";
import path from "node:path";
import { StowageError } from "../errors.ts";
import { moveAside, removeTree, uniqueName } from "./disk.ts";
import { asStowageError, isNoSpace } from "./failures.ts";
import { lookAt } from "./look.ts";
import { SET_ASIDE_PREFIX, type StorePaths } from "./paths.ts";
import type { Warn } from "./warn.ts";

/**
 * A folder that is not wanted any more, in two steps: a rename while the lock
 * is held, which takes no time, and the removal of all in it afterwards, which
 * may. What a crash leaves in between is removed by `gc`.
 */
export class Removal {
  readonly folder: string;
  readonly #storeFolder: string;
  readonly #warn: Warn;
  /** Where it is renamed to. */
  #asideName: string | undefined;
  #failure: { readonly error: unknown } | undefined;
  #isGone = false;
  #isAside = false;

  constructor(folder: string, { dir }: Pick<StorePaths, "dir">, warn: Warn) {
    this.folder = folder;
    this.#storeFolder = dir;
    this.#warn = warn;
  }

  /** Whether nothing is left to be done, or could be: `finish` need not be called. */
  get isGone(): boolean {
    return this.#isGone;
  }

  get #aside(): string {
    this.#asideName ??= path.join(this.#storeFolder, uniqueName(SET_ASIDE_PREFIX));
    return this.#asideName;
  }

  /** Never throws: the record is gone, and that it is must not count as failed. `finish` reports it. */
  setAside(held: HeldWriteLock): void {
    if (this.#isGone || this.#isAside) return;
    try {
      held.assertHeld();
      if (!this.#rename(held)) this.#isGone = true;
    } catch (error) {
      if (isLostLock(error)) this.#leave();
      else this.#failure = { error };
    }
  }

  /**
   * Without the lock the folder may be somebody else's by now. The change itself was saved in time, and must not be
   * told as if the loss of the lock had prevented it.
   */
  #leave(): void {
    this.#isGone = true;
    this.#warn(
      `the lock was lost before ${this.folder}, which belongs to no container any more, could be removed (gc will)`,
    );
  }

  /** Removes what was set aside; links in it are removed, never followed. */
  async finish(): Promise<void> {
    if (this.#isGone) return;
    if (this.#failure !== undefined) throw this.#notRemoved(this.folder, this.#failure.error);
    try {
      await removeTree(this.#aside);
    } catch (error) {
      throw this.#notRemoved(this.#aside, error);
    }
  }

  /** The change itself is on disk by then, which whoever reads the error must know. */
  #notRemoved(folder: string, cause: unknown): unknown {
    const error = asStowageError(cause, folder);
    if (!(error instanceof StowageError)) return error;
    return new StowageError(
      error.code,
      `the change is made, but ${folder}, which belongs to no container any more, could not be removed: ` +
        `${error.message}; then remove it, by collecting garbage or by hand`,
      { ...error.details, cause },
    );
  }

  /**
   * Both steps at once, with the lock held, for a disk that is too full to save
   * that the folder is not wanted any more. Not even the rename may have room
   * there: then the folder is removed where it is.
   */
  async freeSpace(held: HeldWriteLock): Promise<void> {
    held.assertHeld();
    const { stagingFolder } = held;
    if (stagingFolder !== undefined) return await this.#removeStaged(held, stagingFolder);
    let isThere: boolean | "in its place";
    try {
      isThere = this.#rename(held);
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      isThere = "in its place";
    }
    if (isThere === "in its place") await removeTree(this.folder);
    else if (isThere) {
      this.#isAside = true;
      // What is left of it `finish` removes, or tells of.
      return await removeAsFarAsPossible(this.#aside);
    }
    this.#isGone = true;
  }

  /**
   * A writer whose portable lock is lost may go on at any moment, when another one has made the folder anew. So nothing
   * is removed where that lies, but in the staging folder, with which whoever takes the lock over removes the rest.
   * It has room for a name: it was made for this turn.
   */
  async #removeStaged(held: HeldWriteLock, stagingFolder: string): Promise<void> {
    const staged = path.join(stagingFolder, path.basename(this.#aside));
    if (moveAside(this.folder, staged)) await removeAsFarAsPossible(staged);
    else held.assertHeld();
    this.#isGone = true;
  }

  /** False when there is no such folder, or when it goes with the staging folder. */
  #rename(held: HeldWriteLock): boolean {
    const { stagingFolder } = held;
    // Most containers that are deleted soon after they were made have none; a rename that fails costs four looks.
    if (lookAt(this.folder) === undefined) return false;
    if (stagingFolder === undefined) return moveAside(this.folder, this.#aside);
    // By way of the staging folder: a writer that lost its lock finds that gone, and moves nothing.
    const staged = path.join(stagingFolder, path.basename(this.#aside));
    try {
      if (moveAside(this.folder, staged) && moveAside(staged, this.#aside)) return true;
    } catch (error) {
      // The store's folder may have no room for one more name.
      if (!isNoSpace(error) || lookAt(staged) === undefined) throw error;
      return false;
    }
    held.assertHeld();
    return false;
  }
}

/** Removing something may take room, too. */
async function removeAsFarAsPossible(folder: string): Promise<void> {
  await removeTree(folder).catch((error: unknown) => {
    if (!isNoSpace(error)) throw error;
  });
}

const isLostLock = (error: unknown): boolean =>
  error instanceof LockFileError && error.code === "ERR_LOCK_COMPROMISED";
