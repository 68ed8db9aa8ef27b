import type { HeldWriteLock } from "@stowage/lockfile";
import type { Tombstone } from "../model/tombstone.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { reasonOf } from "./failures.ts";
import type { FileImage } from "./file-image.ts";
import type { StorePaths } from "./paths.ts";
import { bury, clear, countsFor, hasTombstone, readTombstone, removeNow } from "./tombstone.ts";
import type { Warn } from "./warn.ts";

/** Records that the files have, and of which a tombstone says that they are deleted. */
export class DeletedRecords {
  readonly #paths: StorePaths;
  readonly #warn: Warn;
  #hasTombstone = false;
  #bearer: string | undefined;
  #ids: ReadonlySet<string> = new Set();

  constructor(paths: StorePaths, warn: Warn) {
    this.#paths = paths;
    this.#warn = warn;
  }

  /** Whether there was a tombstone of ours when the files were read, which a writer takes away. */
  get arePending(): boolean {
    return this.#bearer !== undefined;
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether there was any tombstone when the files were read. */
  get hasTombstone(): boolean {
    return this.#hasTombstone;
  }

  /** Looks for a tombstone; with the lock, when the files have just been read. */
  look(images: readonly FileImage[]): void {
    this.#hasTombstone = hasTombstone(this.#paths);
    const tombstone = this.#hasTombstone ? readTombstone(this.#paths) : undefined;
    const ids = new Set<string>();
    if (tombstone !== undefined) {
      for (const image of images) {
        if (!countsFor(tombstone, this.#paths, image.isVolatile)) continue;
        for (const { id } of image.entries) if (tombstone.ids === "all" || tombstone.ids.has(id)) ids.add(id);
      }
    }
    this.#bearer = tombstone?.bearer;
    this.#ids = ids;
  }

  /** That tombstone was just made, of these records. */
  hold(images: readonly FileImage[], ids: Tombstone["ids"]): void {
    const all = images.flatMap(({ entries }) => entries.map(({ id }) => id));
    this.#hasTombstone = true;
    this.#ids = new Set(all.filter((id) => ids === "all" || ids.has(id)));
  }

  /** The records of a file but for these. */
  without(image: FileImage): readonly RecordEntry[] {
    return this.#ids.size === 0 ? image.entries : image.entries.filter(({ id }) => !this.#ids.has(id));
  }

  /**
   * Removes their big data, as far as it is still there: so there may be room to save that they are deleted. Where that
   * fails the save is tried all the same.
   */
  async clear(held: HeldWriteLock): Promise<void> {
    try {
      if (this.#bearer !== undefined && this.#ids.has(this.#bearer)) await clear(this.#paths, held);
      for (const id of this.#ids) {
        const folder = this.#paths.dataFolder(id);
        if (folder !== undefined) await removeNow(this.#paths, held, folder, this.#warn);
      }
    } catch (error) {
      this.#warn(`data of deleted containers in ${this.#paths.dir} could not be removed: ${reasonOf(error)}`);
    }
  }

  /** Once the files do not have them any more. What is left then is nobody's, and keeps nobody from going on. */
  async bury(held: HeldWriteLock, isKnown: (id: string) => boolean): Promise<void> {
    if (!this.#hasTombstone) return;
    const ids = this.#ids;
    this.#hasTombstone = false;
    this.#ids = new Set();
    this.#bearer = undefined;
    const keeps = (bearer: string): boolean => !ids.has(bearer) && isKnown(bearer);
    await bury(this.#paths, held, keeps, this.#warn).catch((error: unknown) => {
      this.#warn(`${this.#paths.tombstone}, which says nothing any more, is still there: ${reasonOf(error)}`);
    });
  }
}
