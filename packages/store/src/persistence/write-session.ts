import type { AtomicWriter } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import path from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import type { Container } from "../model/container.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { isRealFolder, moveAside, removeTree, uniqueName } from "./disk.ts";
import { ItemMove } from "./item-move.ts";
import type { Memory } from "./memory.ts";
import { SET_ASIDE_PREFIX, type StorePaths } from "./paths.ts";

/**
 * One turn with the write lock. Operations change records in it one after the
 * other; `save` then brings all of that to disk at once. An operation checks
 * everything before its first change here, so that none is ever half done.
 */
export class WriteSession {
  readonly held: HeldWriteLock;
  readonly paths: StorePaths;
  readonly #memory: Memory;
  #stable = false;
  #volatile = false;
  readonly #moves: ItemMove[] = [];
  readonly #setAside: string[] = [];
  #afterRelease: (() => Promise<void>)[] = [];

  constructor(held: HeldWriteLock, memory: Memory, paths: StorePaths) {
    this.held = held;
    this.paths = paths;
    this.#memory = memory;
  }

  get catalog(): Catalog<RecordEntry> {
    return this.#memory.catalog;
  }

  insert(container: Container): void {
    this.catalog.insert(container);
    this.#touch(container);
  }

  replace(container: Container): void {
    this.catalog.replace(container);
    this.#touch(container);
  }

  remove(container: Container): void {
    this.catalog.remove(container.id);
    this.#touch(container);
  }

  /**
   * Prepares that a written item appears as `key` of the container with the
   * next save. It makes the folders it needs and changes nothing else yet.
   *
   * @throws StowageError ERR_INVALID_ID, ERR_INVALID_BIG_DATA_NAME, or what the
   * system says; the folders are then gone again.
   */
  async placeItem(writer: AtomicWriter, id: string, key: string): Promise<ItemMove> {
    const { folders, file } = this.paths.dataFile(id, key, true);
    const move = await ItemMove.prepare(writer, folders, file, key, this.paths.dir);
    this.#moves.push(move);
    return move;
  }

  /** Takes back an item that was placed, before the save. */
  async withdrawItem(move: ItemMove): Promise<void> {
    const position = this.#moves.indexOf(move);
    if (position >= 0) this.#moves.splice(position, 1);
    await move.undo();
  }

  /**
   * Has the container's data folder removed once its record is gone: it is
   * renamed aside under the lock, and removed after the lock was let go.
   */
  removeData(id: string): void {
    const folder = this.paths.dataFolder(id);
    if (folder === undefined) return;
    this.#setAside.push(folder);
    this.removeAfterRelease(this.#asideName(folder));
  }

  /** As `removeData`, for any folder of the store. */
  removeFolder(folder: string): void {
    this.#setAside.push(folder);
    this.removeAfterRelease(this.#asideName(folder));
  }

  removeAfterRelease(target: string): void {
    this.#afterRelease.push(() => removeTree(target));
  }

  /** What is left to do for the operation that just ran, once the lock is free. */
  takeAfterRelease(): readonly (() => Promise<void>)[] {
    const tasks = this.#afterRelease;
    this.#afterRelease = [];
    return tasks;
  }

  /**
   * Brings all changes to disk: items first, then the token, then the records,
   * at last the folders that are not wanted any more. On an error the items are
   * as they were, and the memory is forgotten.
   */
  async save(): Promise<void> {
    const published: ItemMove[] = [];
    const recordsChange = this.#stable || this.#volatile;
    try {
      for (const move of this.#moves) {
        published.push(move);
        await move.publish(this.held, recordsChange);
      }
      if (recordsChange) {
        await this.#memory.save(this.held, { stable: this.#stable, volatile: this.#volatile });
      }
    } catch (error) {
      await this.#undo(published, error);
      throw error;
    }
    for (const move of published) await move.forgetOld();
    for (const folder of this.#setAside) await this.#moveAside(folder);
  }

  /** Lets go of what was prepared, when the session ends without a save. */
  async abandon(): Promise<void> {
    for (const move of this.#moves) await move.undo();
    this.#moves.length = 0;
  }

  async #undo(published: readonly ItemMove[], error: unknown): Promise<void> {
    this.#memory.invalidate();
    const failures: unknown[] = [];
    for (const move of [...this.#moves].reverse()) {
      try {
        await move.undo();
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length > 0) {
      throw new AggregateError([error, ...failures], "a change failed and could not be taken back whole");
    }
    void published;
  }

  readonly #asideNames = new Map<string, string>();

  #asideName(folder: string): string {
    let name = this.#asideNames.get(folder);
    if (name === undefined) {
      name = path.join(this.paths.dir, uniqueName(SET_ASIDE_PREFIX));
      this.#asideNames.set(folder, name);
    }
    return name;
  }

  async #moveAside(folder: string): Promise<void> {
    const aside = this.#asideName(folder);
    const { stagingFolder } = this.held;
    this.held.assertHeld();
    if (stagingFolder === undefined) {
      await moveAside(folder, aside);
      return;
    }
    // By way of the staging folder: a writer that lost its lock finds that gone, and moves nothing.
    const staged = path.join(stagingFolder, path.basename(aside));
    if ((await isRealFolder(folder)) === undefined) return;
    if (await moveAside(folder, staged)) await moveAside(staged, aside);
  }

  #touch(container: Container): void {
    if (container.volatile) this.#volatile = true;
    else this.#stable = true;
  }
}
