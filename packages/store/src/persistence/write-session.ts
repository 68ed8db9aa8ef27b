import { AtomicFileError, type AtomicWriter } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import path from "node:path";
import type { Catalog } from "../catalog/catalog.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { errnoOf, isNoSpace, isVisible, reasonOf } from "./failures.ts";
import { type Deletion, saveAfterDeleting } from "./full-disk.ts";
import { collision, ItemMove, type ItemName } from "./item-move.ts";
import { ItemRemoval } from "./item-removal.ts";
import type { Memory, WhichFiles } from "./memory.ts";
import { notSynced } from "./session-errors.ts";
import { Pace } from "./pace.ts";
import type { StorePaths } from "./paths.ts";
import { Removal } from "./removal.ts";
import { several } from "./several.ts";
import type { Warn } from "./warn.ts";

/** Thrown by an operation that cannot be part of this group, before it changed anything: it comes again in the next. */
export class MustComeLater extends Error {}

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
  /** The same for the operation that runs. */
  #touched: { stable: boolean; volatile: boolean } = { stable: false, volatile: false };
  readonly #moves: ItemMove[] = [];
  /** Ids of containers that were made in this session: nobody knows them, nor misses their items, before the save. */
  readonly #made = new Set<string>();
  /** Ids of those that were there before, and are deleted. */
  readonly #deleted = new Set<string>();
  readonly #countBefore: number;
  /** What the operation that runs has done so far, and whether one of them has done both. */
  #has = { deleted: false, changed: false };
  #isMixed = false;
  readonly #leaving: ItemRemoval[] = [];
  readonly #removals: Removal[] = [];
  readonly #warn: Warn;
  #afterRelease: Removal[] = [];

  constructor(held: HeldWriteLock, memory: Memory, paths: StorePaths, warn: Warn) {
    this.#warn = warn;
    this.held = held;
    this.paths = paths;
    this.#memory = memory;
    this.#countBefore = memory.catalog.size;
  }

  get catalog(): Catalog<RecordEntry> {
    return this.#memory.catalog;
  }

  insert(container: Container): void {
    this.catalog.insert(container);
    this.#made.add(container.id);
    this.#has.changed = true;
    this.#touch(container);
  }

  replace(container: Container): void {
    const old = this.catalog.byId(container.id);
    this.catalog.replace(container);
    this.#has.changed = true;
    this.#touch(container);
    // A record that goes from one file to the other changes both.
    if (old !== undefined) this.#touch(old);
  }

  remove(container: Pick<Container, "id" | "volatile">): void {
    this.catalog.remove(container.id);
    if (!this.#made.has(container.id)) this.#deleted.add(container.id);
    this.#has.deleted = true;
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
    // A container of this id was deleted in this group: its folder goes when the group is saved, with all in it.
    if (this.#removals.some(({ folder }) => folder === folders[0])) throw new MustComeLater();
    // What comes with the same save counts as being there.
    if (this.#moves.some((other) => folders.includes(other.file))) throw collision(key, file);
    const move = await ItemMove.prepare(writer, { id, key }, { folders, file }, this.paths.dir);
    // Of several contents of one item only the last will be there.
    const earlier = this.#moves.findIndex((other) => other.file === file);
    if (earlier >= 0) await move.supersede(this.#moves.splice(earlier, 1)[0]!);
    this.#stayAfterAll(file);
    this.#moves.push(move);
    return move;
  }

  /** Has the file of an item removed with the next save. */
  async removeItem(id: string, key: string): Promise<void> {
    const { folders, file } = this.paths.dataFile(id, key, false);
    const pending = this.#moves.findIndex((move) => move.file === file);
    if (pending >= 0) await this.#moves.splice(pending, 1)[0]!.undo(this.held);
    // Two keys may share a file: see `bigDataFile`.
    if (!this.#leaving.some((each) => each.file === file))
      this.#leaving.push(new ItemRemoval({ id, key }, folders, file));
  }

  /** Where an item is that is not in its place yet, or that it goes away; undefined: the disk has it as it is. */
  pendingItem(id: string, key: string): { readonly file: string } | "removed" | undefined {
    const { file } = this.paths.dataFile(id, key, false);
    const move = this.#moves.find((each) => each.file === file);
    if (move !== undefined) return { file: move.pendingFile };
    const isLeaving =
      this.#leaving.some((each) => each.file === file) ||
      this.#removals.some(({ folder }) => file.startsWith(folder + path.sep));
    return isLeaving ? "removed" : undefined;
  }

  #stayAfterAll(file: string): void {
    const position = this.#leaving.findIndex((each) => each.file === file);
    if (position >= 0) this.#leaving.splice(position, 1);
  }

  /** Takes back an item that was placed, before the save. */
  async withdrawItem(move: ItemMove): Promise<void> {
    const position = this.#moves.indexOf(move);
    if (position >= 0) this.#moves.splice(position, 1);
    await move.undo(this.held);
  }

  /** Takes back everything since the session began: nothing of it will be saved. */
  async abandon(): Promise<void> {
    this.#stable = false;
    this.#volatile = false;
    this.#removals.length = 0;
    this.#deleted.clear();
    this.#leaving.length = 0;
    this.#memory.takeBack(this.held);
    for (const move of this.#moves.splice(0).toReversed()) await move.undo(this.held);
  }

  /**
   * Has the container's data folder removed once its record is gone: it is
   * renamed aside under the lock, and removed after the lock was let go.
   */
  removeData(id: string): void {
    const folder = this.paths.dataFolder(id);
    if (folder !== undefined) this.removeFolder(folder);
  }

  /** As `removeData`, for any folder of the store. */
  removeFolder(folder: string): void {
    const removal = new Removal(folder, this.paths, this.#warn);
    this.#removals.push(removal);
    this.#afterRelease.push(removal);
  }

  /** What is to be finished for the operation that just ran, once the lock is free. */
  takeAfterRelease(): readonly Removal[] {
    const removals = this.#afterRelease;
    this.#afterRelease = [];
    return removals;
  }

  /** The files of which the operation that just ran changed records. */
  takeTouched(): WhichFiles {
    const touched = this.#touched;
    if (this.#has.deleted && this.#has.changed) this.#isMixed = true;
    this.#has = { deleted: false, changed: false };
    this.#touched = { stable: false, volatile: false };
    return touched;
  }

  /**
   * Brings all changes to disk: the token, items, then the records, at last the
   * folders that are not wanted any more. On an error the items are as they were,
   * and the memory is forgotten.
   */
  async save(): Promise<void> {
    const recordsChange = this.#stable || this.#volatile;
    try {
      if (this.#moves.length > 0) {
        await several(this.#moves, (move) => move.stage(this.held, recordsChange));
      }
      if (recordsChange) await this.#saveRecords();
      // An item whose record stays as it is: it has the same content already.
      else await ItemMove.publishAll(this.#moves, this.held);
    } catch (error) {
      if (this.#isLost()) {
        for (const move of this.#moves) await move.abandon();
        throw error;
      }
      // Records that others can see already must have their items.
      const areVisible = this.#haveAppeared(error);
      if (!areVisible) await this.#undo(error);
      else for (const move of this.#moves) await this.#forgetOld(move);
      // Without a change of records nothing was kept to be put back, and the item is what its record says.
      throw recordsChange && isVisible(error) && !areVisible ? notSynced(this.paths, error) : error;
    }
    for (const move of this.#moves) await this.#forgetOld(move);
    const pace = new Pace(undefined);
    for (const removal of this.#removals) {
      removal.setAside(this.held);
      if (pace.isOver) await pace.rest();
    }
  }

  async #saveRecords(): Promise<void> {
    const which = { stable: this.#stable, volatile: this.#volatile };
    const isKnown = ({ item }: { readonly item: ItemName }): boolean => !this.#made.has(item.id);
    const items = {
      moves: this.#moves,
      leaving: this.#leaving,
      areKnown: [...this.#moves, ...this.#leaving].some(isKnown),
    };
    const save = (): Promise<void> => this.#memory.save(this.held, which, items);
    try {
      await save();
    } catch (error) {
      if (!isNoSpace(error) || isVisible(error) || this.#isMixed) throw error;
      // Once an item is in its place a second try would be no one change any more: no journal could say where it comes from.
      if (this.#moves.some(({ isPublished }) => isPublished)) throw error;
      const needed = (): number => this.#memory.sizeOf(which);
      const ids: Deletion["ids"] = this.#deleted.size === this.#countBefore ? "all" : this.#deleted;
      const hold = (): void => this.#memory.hold(this.held, ids);
      const deletion = { ids, removals: this.#removals, needed, hold, save };
      await saveAfterDeleting(this.paths, this.held, deletion, error);
    }
  }

  async #forgetOld(move: ItemMove): Promise<void> {
    try {
      await move.forgetOld();
    } catch (error) {
      // The change is done; a file that is not wanted any more is no reason to call it failed.
      this.#warn(`a temporary file in ${this.paths.dir} could not be removed (gc will): ${reasonOf(error)}`);
    }
  }

  /** Takes back what was prepared and published, the last first. */
  async #undo(error: unknown): Promise<void> {
    const failures: unknown[] = [];
    for (const move of this.#moves.toReversed()) {
      try {
        await move.undo(this.held);
      } catch (failure) {
        failures.push(failure);
      }
    }
    if (failures.length === 0) return;
    throw new StowageError(
      "ERR_IO",
      `a change of ${this.paths.dir} failed (${reasonOf(error)}), and an item of ` +
        `big data could not be put back as it was (${String(failures[0])}); check the store`,
      { path: this.paths.dir, errno: errnoOf(error), cause: new AggregateError([error, ...failures]) },
    );
  }

  /** Whether files of records are among what others can see. */
  #haveAppeared(error: unknown): boolean {
    const { stableFile, volatileFile } = this.paths;
    if (!(error instanceof AtomicFileError)) return false;
    return error.appeared.some((file) => file === stableFile || file === volatileFile);
  }

  /** A portable lock may be: then everything that was to be taken back is somebody else's by now. */
  #isLost(): boolean {
    try {
      this.held.assertHeld();
      return false;
    } catch {
      return true;
    }
  }

  #touch(container: Pick<Container, "volatile">): void {
    if (container.volatile) this.#volatile = this.#touched.volatile = true;
    else this.#stable = this.#touched.stable = true;
  }
}
