import type { HeldReadLock, HeldWriteLock, LockFile, LockStatus } from "@stowage/lockfile";
import type { Quota } from "../big-data.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { StowageError } from "../errors.ts";
import type { WaitOptions } from "../options.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import type { StoreStatistics } from "../statistics.ts";
import { finishCommit } from "./commit.ts";
import { asStowageError, reasonOf } from "./failures.ts";
import { assertOutside } from "./inside.ts";
import { Memory } from "./memory.ts";
import type { StorePaths } from "./paths.ts";
import { StoreEvents } from "./store-events.ts";
import { hasTombstone } from "./tombstone.ts";
import type { Warn } from "./warn.ts";
import { type Change, WriteQueue } from "./write-queue.ts";

/**
 * How often one read has the store mended before it gives up. containers/storage does it once. But as soon as it is
 * mended, the next writer may be killed in the middle, or lose a portable lock because it was stopped: nothing is wrong
 * with the store then, nor with the read.
 */
const MENDED_BEFORE_A_READ = 10;

/**
 * The only door to the disk: `read` and `write` take the lock, see to it that
 * the memory is what the disk has, run what they were given, and let go.
 */
export class Door {
  readonly paths: StorePaths;
  readonly lock: LockFile;
  readonly memory: Memory;
  readonly warn: Warn;
  readonly events: StoreEvents;
  readonly quota: Quota | undefined;
  readonly #queue: WriteQueue;
  readonly #defaultTimeout: number | undefined;
  #closed = false;
  #reading = 0;
  #lastReader: (() => void) | undefined;
  readonly #whenClosed = new Set<() => void>();

  constructor(
    paths: StorePaths,
    lock: LockFile,
    options: { lockTimeout: number | undefined; warn: Warn; quota?: Quota | undefined },
  ) {
    this.quota = options.quota;
    this.paths = paths;
    this.lock = lock;
    this.warn = options.warn;
    this.memory = new Memory(paths, { readOnly: lock.readOnly, warn: options.warn });
    this.events = new StoreEvents(paths, options.warn);
    this.#queue = new WriteQueue(lock, this.memory, paths, options.warn);
    this.#defaultTimeout = options.lockTimeout;
  }

  /** Runs `look` under the read lock, with the catalog as the disk has it. It must not change the catalog. */
  read<T>(
    wait: WaitOptions,
    look: (catalog: Catalog<RecordEntry>, held: HeldReadLock) => T | Promise<T>,
  ): Promise<T> {
    return this.#read(wait, look, "sound");
  }

  /**
   * As `read`, and changes nothing on disk, not even to mend what is inconsistent:
   * the catalog is what every program would make of the files.
   */
  readAsItIs<T>(
    wait: WaitOptions,
    look: (catalog: Catalog<RecordEntry>, held: HeldReadLock) => T | Promise<T>,
  ): Promise<T> {
    return this.#read(wait, look, "as it is");
  }

  /**
   * Runs `look` under the read lock, without bringing the memory up to date: the
   * files may be in any state. Never takes the write lock.
   */
  async readUnloaded<T>(wait: WaitOptions, look: (held: HeldReadLock) => T | Promise<T>): Promise<T> {
    return await this.#counted(async () => {
      const held = await this.lock.lockForReading(this.#withDefault(wait));
      try {
        return await look(held);
      } finally {
        await held.release();
      }
    });
  }

  /** Runs what takes several turns, or works between them, and must be done before the store is closed. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    return await this.#counted(work);
  }

  /** Runs what works without the store's lock, and must: see `StorageTree`. */
  async aside<T>(wait: WaitOptions, work: (wait: WaitOptions) => Promise<T>): Promise<T> {
    return await this.#counted(() => work(this.#withDefault(wait)));
  }

  /**
   * Runs `change` alone under the write lock, without looking into the files before, but that what a killed writer
   * began is finished; the memory is forgotten after it.
   */
  async writeUnloaded<T>(wait: WaitOptions, change: (held: HeldWriteLock) => Promise<T>): Promise<T> {
    this.assertWritable();
    return await this.#counted(async () => {
      const held = await this.lock.lockForWriting(this.#withDefault(wait));
      try {
        await this.#finishOthers(held);
        return await change(held);
      } finally {
        this.memory.invalidate();
        // What was changed is changed: a lock that the system will not give back is the next locker's error.
        await held.release().catch((error: unknown) => {
          this.warn(`${this.lock.path} could not be let go: ${reasonOf(error)}`);
        });
      }
    });
  }

  async #finishOthers(held: HeldWriteLock): Promise<void> {
    await finishCommit(this.paths, held);
    if (!hasTombstone(this.paths)) return;
    await this.memory.finishDeletion(held).catch((error: unknown) => {
      // Of files that cannot be read nothing can be taken out.
      if (!(error instanceof StowageError) || error.code !== "ERR_STORE_DAMAGED") throw error;
    });
  }

  /** Runs `change` under the write lock, together with others that wait; resolves when what it did is on disk. */
  async write<T>(wait: WaitOptions, change: Change<T>): Promise<T> {
    this.assertWritable();
    return await this.#queue.submit(change, this.#withDefault(wait));
  }

  statistics(): StoreStatistics {
    const { loads, incrementalLoads, decoded, saves, encoded, bytesEncoded } = this.memory.counters;
    const { changes, grouped, waits } = this.#queue.counters;
    return Object.freeze({
      records: this.memory.catalog.size,
      bytes: this.memory.bytes,
      loads,
      incrementalLoads,
      recordsDecoded: decoded,
      saves,
      recordsEncoded: encoded,
      bytesEncoded,
      changes,
      groupedChanges: grouped,
      waits,
    });
  }

  /** As `write`, but in a group of its own: when `change` fails, nothing of what it did remains. */
  async writeAlone<T>(wait: WaitOptions, change: Change<T>): Promise<T> {
    this.assertWritable();
    return await this.#queue.submit(change, this.#withDefault(wait), true);
  }

  /** @throws StowageError ERR_STORE_CLOSED, ERR_STORE_READ_ONLY, ERR_TRANSACTION_NESTED */
  assertWritable(): void {
    this.#assertOpen();
    if (!this.lock.readOnly) return;
    throw new StowageError(
      "ERR_STORE_READ_ONLY",
      `${this.paths.dir} was opened read-only; open it without \`readOnly\` to change it`,
      { path: this.paths.dir },
    );
  }

  /** Also inside a transaction: it waits for nobody. */
  async lockStatus(): Promise<LockStatus> {
    try {
      return await this.lock.status();
    } catch (error) {
      throw asStowageError(error, this.lock.path);
    }
  }

  /**
   * Calls `end` when the store is closed, unless the function that this returns is called before.
   *
   * @throws StowageError ERR_STORE_CLOSED, ERR_TRANSACTION_NESTED
   */
  onClose(end: () => void): () => void {
    this.#assertOpen();
    this.#whenClosed.add(end);
    return () => this.#whenClosed.delete(end);
  }

  /** Refuses new calls, waits for those under way, and lets go of the lock file. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const end of this.#whenClosed) end();
    await this.#queue.idle();
    if (this.#reading > 0) await new Promise<void>((resolve) => (this.#lastReader = resolve));
    await this.lock.close();
  }

  /** In one function, and not by way of `#counted`: each promise is felt in a look that takes microseconds. */
  async #read<T>(
    wait: WaitOptions,
    look: (catalog: Catalog<RecordEntry>, held: HeldReadLock) => T | Promise<T>,
    how: "sound" | "as it is",
  ): Promise<T> {
    this.#begin();
    try {
      for (let mended = 0; ; mended += 1) {
        const held = await this.lock.lockForReading(this.#withDefault(wait));
        try {
          if (!this.memory.isFresh(held)) await this.memory.refreshForReading(held, how);
          return await look(this.memory.catalog, held);
        } catch (error) {
          if (how === "as it is" || !isInconsistency(error)) throw error;
          if (mended === MENDED_BEFORE_A_READ) throw stillInconsistent(error, mended);
        } finally {
          await held.release();
        }
        // Only a writer may mend the store; after that it is consistent for a reader.
        await this.write(wait, () => undefined);
      }
    } catch (error) {
      throw asStowageError(error);
    } finally {
      this.#end();
    }
  }

  /** `close` waits for what runs in here. */
  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#begin();
    try {
      return await work();
    } catch (error) {
      throw asStowageError(error);
    } finally {
      this.#end();
    }
  }

  #begin(): void {
    this.#assertOpen();
    this.#reading += 1;
  }

  #end(): void {
    this.#reading -= 1;
    if (this.#reading === 0) this.#lastReader?.();
  }

  #withDefault(wait: WaitOptions): WaitOptions {
    if (wait.timeout !== undefined || this.#defaultTimeout === undefined) return wait;
    return { ...wait, timeout: this.#defaultTimeout };
  }

  #assertOpen(): void {
    assertOutside(this.paths);
    if (!this.#closed) return;
    throw new StowageError("ERR_STORE_CLOSED", `${this.paths.dir} was closed; open it again`, {
      path: this.paths.dir,
    });
  }
}

const isInconsistency = (error: unknown): error is StowageError =>
  error instanceof StowageError && error.code === "ERR_STORE_INCONSISTENT";

function stillInconsistent(error: StowageError, times: number): StowageError {
  return new StowageError(
    "ERR_STORE_INCONSISTENT",
    `(even after cleaning up ${times} times) ${error.message}`,
    {
      ...error.details,
      cause: error,
    },
  );
}
