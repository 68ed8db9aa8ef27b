import { type HeldLock, type HeldWriteLock, LastWrite } from "@stowage/lockfile";
import { Catalog } from "../catalog/catalog.ts";
import { resolveConflicts } from "../catalog/conflicts.ts";
import { type RecordEntry, newEntry } from "../records/record-entry.ts";
import { unseenText, withBackups } from "./backup.ts";
import { type ChangedItems, NO_ITEMS } from "./changed-items.ts";
import { finishCommit, hasJournal, identityOf } from "./commit.ts";
import { DeletedRecords } from "./deleted-records.ts";
import { publishLoad, publishSave } from "./diagnostics.ts";
import { isNoSpace, isVisible } from "./failures.ts";
import { FileImage } from "./file-image.ts";
import { keepListOfFolders, tracesText } from "./lost-folders.ts";
import { type MemoryCounters, noCounts } from "./memory-counters.ts";
import type { Tombstone } from "../model/tombstone.ts";
import type { StorePaths } from "./paths.ts";
import { type Saved, saveFiles } from "./save.ts";
import { halfChanged, namesClaimedTwice, notRecordedYet } from "./session-errors.ts";
import { readTombstone } from "./tombstone.ts";
import type { Warn } from "./warn.ts";
import { monotonicMilliseconds } from "./clock.ts";

/** The files of a store by what lives in them. */
export interface WhichFiles {
  readonly stable: boolean;
  readonly volatile: boolean;
}

const NO_FILES: WhichFiles = { stable: false, volatile: false };

/**
 * What one open store remembers of its files: their records, and the token that
 * was in force when they were read or written. The token tells, under the lock,
 * whether the memory is still what the disk has.
 *
 * Everything here needs the lock, and takes the held lock to show it.
 */
export class Memory {
  readonly counters: MemoryCounters = noCounts();
  readonly #paths: StorePaths;
  readonly #warn: Warn;
  readonly #stable: FileImage;
  readonly #volatile: FileImage;
  readonly #acceptsInconsistency: boolean;
  #catalog = new Catalog<RecordEntry>([], newEntry);
  /** Undefined: nothing is remembered, the next holder of the lock reads the disk. */
  #token: LastWrite | undefined;
  /**
   * Files with records that nobody sees, since their id comes before, or with
   * bytes that nobody reads. A save leaves them out: that of any file, so that no
   * record comes up when the one that is seen is deleted; and a copy is kept.
   */
  #hasUnseen: WhichFiles = NO_FILES;
  /** Files that could not be saved when what they claim was mended, for want of space: the next save has them, too. */
  #owed: WhichFiles = NO_FILES;
  readonly #deleted: DeletedRecords;
  /** What the files were when they were read, for a token that says nothing. */
  #filesThen = "";
  #loading: Promise<void> | undefined;

  constructor(paths: StorePaths, options: { readOnly: boolean; warn: Warn }) {
    this.#paths = paths;
    this.#warn = options.warn;
    this.#stable = new FileImage(paths.stableFile, false);
    this.#volatile = new FileImage(paths.volatileFile, true);
    this.#deleted = new DeletedRecords(paths, options.warn);
    this.#acceptsInconsistency = options.readOnly;
  }

  get catalog(): Catalog<RecordEntry> {
    return this.#catalog;
  }

  /** Bytes of both files, as last read or written. */
  get bytes(): number {
    return this.#stable.size + this.#volatile.size;
  }

  /** Whether the files have a record of it, of which a tombstone says that it is deleted. */
  isDeleted(id: string): boolean {
    return this.#deleted.has(id);
  }

  isFresh(held: HeldLock): boolean {
    // Where there is no lock there is no token either, and only the files themselves can tell.
    if (this.#token === undefined || !held.locked || held.modifiedSince(this.#token)) return false;
    // Two stores to which nobody wrote have one token: one may have been put in the place of the other.
    return !this.#token.equals(LastWrite.none) || this.#filesNow() === this.#filesThen;
  }

  #filesNow(): string {
    return `${identityOf(this.#stable.path)} ${identityOf(this.#volatile.path)}`;
  }

  /** Takes back what was changed in the catalog since the files were read or written; needs no look at the disk. */
  takeBack(_held: HeldWriteLock): void {
    const records = this.#deleted.without(this.#stable).concat(this.#deleted.without(this.#volatile));
    if (!this.#catalog.update(records)) this.invalidate();
  }

  /**
   * Forgets what is remembered, so that the next holder of the lock reads the
   * disk: after a failed save memory and disk may differ, and unsaved records
   * must never be served.
   */
  invalidate(): void {
    this.#token = undefined;
  }

  /**
   * Makes the memory what the disk has.
   *
   * @throws StowageError ERR_STORE_DAMAGED when a file cannot be understood;
   * ERR_STORE_INCONSISTENT when two containers claim a name or a writer was killed
   * between two files, which only a writer may mend. What was remembered stays,
   * and counts as stale.
   *
   * @param how "as it is": an inconsistent store is no error; what is remembered of it counts as stale afterwards
   */
  async refreshForReading(held: HeldLock, how: "sound" | "as it is" = "sound"): Promise<void> {
    // Several readers may find the memory stale at once; one of them loads.
    while (!this.isFresh(held)) {
      if (this.#loading !== undefined) {
        await this.#loading.catch(() => undefined);
        continue;
      }
      this.#loading = how === "sound" ? this.#loadForReading(held) : this.#loadAsItIs(held);
      try {
        await this.#loading;
        return;
      } finally {
        this.#loading = undefined;
      }
    }
  }

  /** As `refreshForReading`, and mends on disk what readers may not. */
  async refreshForWriting(held: HeldWriteLock): Promise<void> {
    if (this.isFresh(held)) return;
    await finishCommit(this.#paths, held);
    const inconsistent = await this.#load(held);
    if (inconsistent === undefined) return await this.#bury(held);
    await this.#deleted.clear(held);
    try {
      await this.save(held, inconsistent);
    } catch (error) {
      if (!isNoSpace(error) || isVisible(error)) throw error;
      // Whoever loads the files makes the same of them. So all can go on, and delete what takes the space.
      // A token may have been written before the space ran out.
      this.#token = held.lastWrite();
      this.#owed = inconsistent;
    }
  }

  /**
   * As `refreshForWriting`, for whoever changes the files themselves: with a deletion that they do not have the containers
   * would be there again. @throws StowageError ERR_NO_SPACE when there is no room to take them out
   */
  async finishDeletion(held: HeldWriteLock): Promise<void> {
    this.invalidate();
    await this.refreshForWriting(held);
    if (this.#deleted.arePending) throw notRecordedYet(this.#paths);
  }

  /**
   * Puts items in place, then writes the files that changed, the token first, and
   * remembers them. Items of containers that were there before and the records
   * change together or not at all.
   *
   * @throws whatever the disk says; the memory is then forgotten.
   */
  async save(held: HeldWriteLock, which: WhichFiles, items: ChangedItems = NO_ITEMS): Promise<void> {
    const begun = monotonicMilliseconds();
    try {
      const entriesIn = (isVolatile: boolean): readonly RecordEntry[] => this.#catalog.entriesIn(isVolatile);
      const images = this.#imagesOf(which);
      const { moves, leaving, areKnown } = items;
      if (this.#stable.hasNoList && images.includes(this.#stable)) await this.#keepTraces();
      const entriesBefore = (image: FileImage): readonly RecordEntry[] => this.#deleted.without(image);
      const isOneChange = areKnown || images.length > 1;
      const saving = { images, entriesIn, entriesBefore, moves, leaving, isOneChange };
      const save = (): Promise<Saved> => saveFiles(this.#paths, held, saving, this.#warn);
      const hasUnseen = this.#hasUnseen.stable || this.#hasUnseen.volatile;
      const { token, ...saved } = hasUnseen ? await this.#saveKeeping(save) : await save();
      this.#hasUnseen = this.#owed = NO_FILES;
      this.#token = token;
      this.counters.saves += 1;
      this.counters.encoded += saved.recordsEncoded;
      this.counters.bytesEncoded += saved.bytesEncoded;
      if (this.#deleted.hasTombstone) await this.#bury(held);
      publishSave({ dir: this.#paths.dir, ...saved, milliseconds: monotonicMilliseconds() - begun });
    } catch (error) {
      this.invalidate();
      throw error;
    }
  }

  /** A tombstone makes a deletion hold: no save that fails may bring these records back, and the one that does not buries it. */
  hold(_held: HeldWriteLock, ids: Tombstone["ids"]): void {
    this.#deleted.hold([this.#stable, this.#volatile], ids);
  }

  /** Bytes that the files would have if they were saved now. */
  sizeOf(which: WhichFiles): number {
    return this.#imagesOf(which)
      .map((image) => image.plan(this.#catalog.entriesIn(image.isVolatile)).size)
      .reduce((sum, size) => sum + size, 0);
  }

  async #bury(held: HeldWriteLock): Promise<void> {
    await this.#deleted.bury(held, (id) => this.#catalog.byId(id) !== undefined);
  }

  #imagesOf({ stable, volatile }: WhichFiles): FileImage[] {
    const { stable: stableToo, volatile: volatileToo } = this.#hasUnseen;
    return [
      ...(stable || this.#stable.isWithoutByte || stableToo || this.#owed.stable ? [this.#stable] : []),
      ...(volatile || volatileToo || this.#owed.volatile ? [this.#volatile] : []),
    ];
  }

  /** Of containers whose file is gone, before a new one takes its place: see `keepListOfFolders`. */
  async #keepTraces(): Promise<void> {
    // A transient store has volatile containers only, and folders of those that a restart took.
    if (this.#paths.transient) return;
    const list = await keepListOfFolders(this.#paths, (id) => this.#catalog.byId(id) !== undefined);
    if (list !== undefined) this.#warn(tracesText(this.#stable.path, list));
  }

  /** Saves, and keeps a copy of each file with what nobody sees. */
  async #saveKeeping(save: () => Promise<Saved>): Promise<Saved> {
    const { stable, volatile } = this.#hasUnseen;
    const files = [...(stable ? [this.#stable.path] : []), ...(volatile ? [this.#volatile.path] : [])];
    const { saved, backups } = await withBackups(files, save);
    for (const backup of backups) this.#warn(unseenText(backup));
    return saved;
  }

  async #loadForReading(held: HeldLock): Promise<void> {
    const isHalfChanged = hasJournal(this.#paths) || readTombstone(this.#paths) !== undefined;
    if (!this.#acceptsInconsistency && isHalfChanged) throw halfChanged(this.#paths);
    const inconsistent = await this.#load(held);
    if (inconsistent === undefined || this.#acceptsInconsistency) return;
    this.invalidate();
    throw namesClaimedTwice(this.#paths);
  }

  async #loadAsItIs(held: HeldLock): Promise<void> {
    // Whoever comes next must mend it.
    const inconsistent = await this.#load(held);
    if (inconsistent !== undefined || this.#deleted.arePending || hasJournal(this.#paths)) this.invalidate();
  }

  /** Resolves to the files that must be saved to make the store consistent again. */
  async #load(held: HeldLock): Promise<WhichFiles | undefined> {
    // The token of before the reading: a change that slips in meanwhile makes us look again.
    const token = held.lastWrite();
    const begun = monotonicMilliseconds();
    this.counters.loads += 1;
    const hasWrites = token.bytes.length > 0;
    // Of before the reading, as the token.
    if (!hasWrites) this.#filesThen = this.#filesNow();
    const decoded = (await this.#stable.read(hasWrites)) + (await this.#volatile.read(false));
    this.#token = token;
    const read = this.#stable.entries.length + this.#volatile.entries.length;
    this.#deleted.look([this.#stable, this.#volatile]);
    const stable = this.#deleted.without(this.#stable);
    const volatile = this.#deleted.without(this.#volatile);
    const incremental = decoded < read;
    this.counters.decoded += decoded;
    if (incremental) this.counters.incrementalLoads += 1;
    const milliseconds = monotonicMilliseconds() - begun;
    publishLoad({ dir: this.#paths.dir, incremental, recordsDecoded: decoded, milliseconds });
    const hasUnread = { stable: this.#stable.hasUnread, volatile: this.#volatile.hasUnread };
    this.#hasUnseen = hasUnread;
    this.#owed = NO_FILES;
    const isDue = {
      stable: stable.length < this.#stable.entries.length,
      volatile: volatile.length < this.#volatile.entries.length,
    };
    if (this.#catalog.update(volatile.length === 0 ? stable : stable.concat(volatile)))
      return isDue.stable || isDue.volatile ? isDue : undefined;
    const resolved = resolveConflicts(stable, volatile, newEntry);
    const { skipped } = resolved;
    this.#hasUnseen = {
      stable: hasUnread.stable || skipped.stable > 0,
      volatile: hasUnread.volatile || skipped.volatile > 0,
    };
    this.#catalog = new Catalog(resolved.entries, newEntry);
    const which = {
      stable: isDue.stable || resolved.stableInconsistent,
      volatile: isDue.volatile || resolved.volatileInconsistent,
    };
    return which.stable || which.volatile ? which : undefined;
  }
}
