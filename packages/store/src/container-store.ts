import type {
  BigDataReader,
  BigDataSource,
  CopyBigDataOptions,
  MeasureOptions,
  OpenBigDataOptions,
} from "./big-data.ts";
import type {
  CheckOptions,
  ContainerWatch,
  CreateOptions,
  Finding,
  GcOptions,
  GcResult,
  ListOptions,
  LockStatus,
  NameOptions,
  OpenOptions,
  RepairOptions,
  RepairResult,
  UpdateOptions,
  WaitOptions,
  WatchOptions,
} from "./options.ts";
import type {
  ExportOptions,
  ExportResult,
  ExportTarget,
  ImportOptions,
  ImportResult,
  ImportSource,
} from "./portable.ts";
import type { Ghost, ImageNames } from "./image-names.ts";
import type { Container, Int64 } from "./model/container.ts";
import type { JsonValue } from "./model/json-value.ts";
import type { Snapshot } from "./query/snapshot.ts";
import type { StoreStatistics } from "./statistics.ts";

/**
 * What can be done with containers, in a store or in a transaction of it.
 *
 * `ref` is a full id, a name, a layer id or a unique prefix of an id, tried in
 * this order, as containers/storage `lookup`. No match rejects with
 * ERR_CONTAINER_UNKNOWN. Calls that wait take `signal` and `timeout`. Updates take
 * `ifUnchanged`: they reject with ERR_CONTAINER_CHANGED when the container is not
 * what the caller has seen.
 */
export interface ContainerOperations {
  create(options?: CreateOptions): Promise<Container>;
  get(ref: string, options?: WaitOptions): Promise<Container>;
  /** As `get`, but undefined when there is none. */
  find(ref: string, options?: WaitOptions): Promise<Container | undefined>;
  exists(ref: string, options?: WaitOptions): Promise<boolean>;
  /** The full id. */
  lookup(ref: string, options?: WaitOptions): Promise<string>;
  /**
   * All containers, stable ones first after a load, in the order of the files; the
   * array is frozen and shared. With `filter`, `sort`, `reverse` or `limit` a
   * selection of them, frozen. ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER,
   * ERR_INVALID_SORT; ERR_CONTAINER_UNKNOWN where `before` or `since` names none.
   */
  list(options?: ListOptions): Promise<readonly Container[]>;
  /** As the truncated-id index answers: by prefix of an id only. ERR_EMPTY_PREFIX, ERR_PREFIX_NOT_FOUND, ERR_AMBIGUOUS_PREFIX. */
  resolvePrefix(prefix: string, options?: WaitOptions): Promise<string>;

  setNames(ref: string, names: readonly string[], options?: NameOptions): Promise<Container>;
  /** The new names come before the old ones. */
  addNames(ref: string, names: readonly string[], options?: NameOptions): Promise<Container>;
  removeNames(ref: string, names: readonly string[], options?: UpdateOptions): Promise<Container>;

  metadata(ref: string, options?: WaitOptions): Promise<string>;
  setMetadata(ref: string, metadata: string, options?: UpdateOptions): Promise<Container>;
  setFlag(ref: string, flag: string, value: JsonValue, options?: UpdateOptions): Promise<Container>;
  clearFlag(ref: string, flag: string, options?: UpdateOptions): Promise<Container>;

  /** The record first, saved, then its data folder; when `signal` aborts in between, that is left to `gc`. */
  delete(ref: string, options?: UpdateOptions): Promise<void>;
  /** Every container, in one save; resolves to how many there were. An abort after that is as with `delete`. */
  wipe(options?: WaitOptions): Promise<number>;

  bigDataNames(ref: string, options?: WaitOptions): Promise<readonly string[]>;
  /** The whole item. ERR_BIG_DATA_NOT_FOUND when the file is missing. */
  bigData(ref: string, key: string, options?: WaitOptions): Promise<Uint8Array>;
  /**
   * Opens an item, or a part of it, to be read bit by bit. ERR_BIG_DATA_NOT_FOUND. With
   * `verify` the reading fails at its end with ERR_BIG_DATA_MISMATCH when the bytes are not those recorded.
   */
  openBigData(ref: string, key: string, options?: OpenBigDataOptions): Promise<BigDataReader>;
  /** As recorded; an item that lies in the folder but is not recorded is measured. See `MeasureOptions.complete`. */
  bigDataSize(ref: string, key: string, options?: MeasureOptions): Promise<Int64>;
  bigDataDigest(ref: string, key: string, options?: MeasureOptions): Promise<string>;
  /** Replaces the item whole. The bytes are prepared before the lock is taken, so a slow source blocks nobody. */
  setBigData(ref: string, key: string, data: BigDataSource, options?: UpdateOptions): Promise<Container>;
  /**
   * Copies an item to a container, as `toKey`. Where the file system shares blocks the copy shares those of the
   * original; elsewhere the bytes are copied, a few at a time, without the lock.
   */
  copyBigData(from: string, key: string, to: string, options?: CopyBigDataOptions): Promise<Container>;
  /** Takes an item out of the container: its file, and what the record says of it. ERR_BIG_DATA_NOT_FOUND when there is none. */
  removeBigData(ref: string, key: string, options?: UpdateOptions): Promise<Container>;
}

/**
 * Several changes that are made together: see `ContainerStore.transaction`. Its
 * calls see what those before have changed. They are carried out one after the
 * other, also when they are not waited for.
 *
 * Each rejects with ERR_TRANSACTION_ENDED once the transaction is over.
 */
export type Transaction = ContainerOperations;

/**
 * An open container store. Every call takes the lock it needs, sees what any
 * other process wrote before, and is acknowledged only when its change is on
 * disk (for stable containers: synced, the folder too).
 */
export interface ContainerStore extends ContainerOperations, AsyncDisposable {
  readonly dir: string;
  readonly runDir: string | undefined;
  readonly transient: boolean;
  readonly readOnly: boolean;
  readonly lockProtocol: "kernel" | "portable";

  /** All containers as they are at this moment, to be asked for as long as one likes. Nothing is copied. */
  snapshot(options?: WaitOptions): Promise<Snapshot>;

  /**
   * Makes all the changes that `work` asks for, or none: one lock, one token, and
   * each file of records written once at most. The write lock is held from the
   * first look on, so nobody else changes or reads the store meanwhile: be short.
   *
   * Resolves to what `work` gave when everything is on disk. When `work` throws,
   * or `signal` is aborted, or the lock is lost, nothing was changed, and that
   * error comes out. An operation that fails and is caught has changed nothing,
   * and the others count. All or nothing holds on disk, too, also when the
   * process is killed; see docs/transactions.md.
   *
   * Inside `work` use `tx` only: calls of the store itself reject with
   * ERR_TRANSACTION_NESTED, a transaction in a transaction too. After it `tx`
   * rejects with ERR_TRANSACTION_ENDED.
   */
  transaction<T>(work: (tx: Transaction) => T | Promise<T>, options?: WaitOptions): Promise<T>;

  /**
   * Writes containers, with their big data, into one tar file, as they are at one
   * moment, while others write. ERR_BIG_DATA_MISMATCH for an item that is not what
   * its record says. ERR_INVALID_ARGUMENT for a target that has ended already. `target` is ended; when the export fails
   * it is destroyed.
   */
  export(target: ExportTarget, options?: ExportOptions): Promise<ExportResult>;
  /**
   * Brings in what an export wrote. Each container appears whole, with its data
   * verified. ERR_ARCHIVE_DAMAGED for what is no whole archive: containers that
   * came in before stay. What is there already is left alone, so that an import
   * that was cut short is simply tried again.
   */
  import(source: ImportSource, options?: ImportOptions): Promise<ImportResult>;

  /**
   * Removes what belongs to no container: data folders, folders that deletions
   * set aside, old temporary files. Links are not followed. ERR_STORE_DAMAGED
   * while not all records can be read; ERR_STORE_OTHER_MODE while containers of
   * the other mode, transient or not, may have folders here.
   */
  gc(options?: GcOptions): Promise<GcResult>;
  /**
   * Looks for what is wrong: see `Finding`. Reads only, takes only the read
   * lock and lets go of it often, so that others are not kept from their work. A
   * damaged file is a finding, not an error; open the store with `acceptDamage`
   * to check one. `signal` ends it.
   */
  check(options?: CheckOptions): Promise<readonly Finding[]>;
  /**
   * Checks, and mends what was found: see `RepairOptions.codes`. Of each file of
   * records that it replaces it keeps a copy beside it,
   * `<file>.stowage-backup-<UTC time>`. ERR_INVALID_ARGUMENT for an unknown code.
   */
  repair(options?: RepairOptions): Promise<RepairResult>;

  /**
   * The images and layers of the containers/storage tree that the store lies in,
   * read under their own locks and only when they changed. Never rejects because of
   * them: what is not known, and why, says the view. Not to be called inside a
   * transaction (ERR_TRANSACTION_NESTED).
   */
  images(options?: WaitOptions): Promise<ImageNames>;
  /**
   * The containers whose image or layer is gone from that tree; none when images and layers
   * are not known. One that is made or removed meanwhile is never taken for one.
   */
  ghosts(options?: WaitOptions): Promise<readonly Ghost[]>;

  /**
   * What this open store has done so far: an object that does not change any more. It takes no lock and reads no file;
   * it works on a closed store, too. Single loads and saves are published on the diagnostics channels
   * `stowage:store:load` (LoadMessage) and `stowage:store:save` (SaveMessage).
   */
  statistics(): StoreStatistics;

  /**
   * The changes of the store as they happen, whoever makes them. Between two
   * looks of whoever iterates they are summed up, so that nothing piles up: what
   * came and went in between is not told. A store that cannot be read for a
   * while is told of, and does not end it. Takes only the read lock, never makes
   * or changes a file, and keeps the process alive only while somebody waits for
   * `next`. ERR_STORE_CLOSED is thrown at once.
   */
  watch(options?: WatchOptions): ContainerWatch;
  /** Who has the lock and who waits for it. Takes no lock; works while others hold it. */
  lockStatus(): Promise<LockStatus>;

  /** Refuses new calls, waits for those under way, ends watches, lets go of the lock file. Idempotent. */
  close(): Promise<void>;
}

export type OpenContainerStore = (options: OpenOptions) => Promise<ContainerStore>;
