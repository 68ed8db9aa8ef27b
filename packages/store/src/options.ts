import type { LockHolder, StowageError } from "./errors.ts";
import type { BigDataSource, Quota } from "./big-data.ts";
import type { Container, IdMapping } from "./model/container.ts";
import type { ContainerChange } from "./model/container-change.ts";
import type { JsonValue } from "./model/json-value.ts";
import type { Query } from "./query/query.ts";

/** How long a call may wait for others. */
export interface WaitOptions {
  /** Ends the wait; the call then rejects with `signal.reason` and nothing was changed. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds to wait for the lock; 0 tries once. Default: the store's `lockTimeout`. */
  readonly timeout?: number | undefined;
}

export interface OpenOptions extends WaitOptions {
  /** The store's folder (podman's is `<graphroot>/<driver>-containers`). Made with 0700 when missing. */
  readonly dir: string;
  /** The run folder; needed when `transient`. */
  readonly runDir?: string | undefined;
  /** Keep the lock and the volatile file in `runDir`, as podman's `transient_store`. */
  readonly transient?: boolean | undefined;
  /** Never makes, changes or removes anything; works on a read-only file system. */
  readonly readOnly?: boolean | undefined;
  /** Default "auto": what the store has; a new one gets "kernel", which Go's programs share. */
  readonly lock?: "auto" | "kernel" | "portable" | undefined;
  /** Default wait for the lock in milliseconds. Default: no limit. */
  readonly lockTimeout?: number | undefined;
  /**
   * Opens the store although its files may be damaged, without reading them, so
   * that `check` and `repair` can be called. Everything else then rejects with
   * ERR_STORE_DAMAGED for as long as they are.
   */
  readonly acceptDamage?: boolean | undefined;
  /** How much big data one container may keep. More is refused with ERR_QUOTA_EXCEEDED; what is there already stays. */
  readonly quota?: Quota | undefined;
  /** Told of what is worth knowing but no error, such as reading without a lock on a read-only medium. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface BigDataItem {
  readonly key: string;
  readonly data: BigDataSource;
}

export interface CreateOptions extends WaitOptions {
  /** Default: 64 random hex digits. */
  readonly id?: string | undefined;
  readonly names?: readonly string[] | undefined;
  /**
   * One more name, first of all, with the smallest number from 1 on in the place of
   * `{n}` with which it is free, as in "web-{n}". Chosen under the lock, so that
   * no two get one name.
   */
  readonly nameTemplate?: string | undefined;
  readonly image?: string | undefined;
  readonly layer?: string | undefined;
  readonly metadata?: string | undefined;
  readonly flags?: Readonly<Record<string, JsonValue>> | ReadonlyMap<string, JsonValue> | undefined;
  /** Stored as flag `MountOpts`, over one of that name in `flags`. */
  readonly mountOpts?: readonly string[] | undefined;
  /** Keep the record in the volatile file (no sync); also stored as flag `Volatile`. */
  readonly volatile?: boolean | undefined;
  readonly uidMap?: readonly IdMapping[] | undefined;
  readonly gidMap?: readonly IdMapping[] | undefined;
  readonly bigData?: readonly BigDataItem[] | undefined;
}

/** What every change of one container takes. */
export interface UpdateOptions extends WaitOptions {
  /**
   * The record as the caller has seen it: when the container's is another one by
   * now, the call rejects with ERR_CONTAINER_CHANGED and nothing is changed.
   */
  readonly ifUnchanged?: Container | undefined;
}

export interface NameOptions extends UpdateOptions {
  /**
   * What happens when another container holds one of the names: "error" (default)
   * rejects with ERR_DUPLICATE_NAME and changes nothing; "steal" takes it from
   * the holder, as containers/storage does.
   */
  readonly onConflict?: "error" | "steal" | undefined;
}

/** Which containers are listed, and in which order. */
export interface ListOptions extends WaitOptions, Query {}

export interface GcOptions extends WaitOptions {
  /** Say what would be removed, remove nothing. */
  readonly dryRun?: boolean | undefined;
  /**
   * Leave alone what was changed in the last so many milliseconds. Default: 0
   * for folders, which the lock makes certain; 24 hours for temporary files and what
   * an export holds, which somebody may be at work with. 0 takes those too: they must be known to be
   * nobody's.
   */
  readonly minAge?: number | undefined;
}

/** Something that belongs to no container any more. */
export interface GarbageItem {
  /** Relative to the store's folder; what lies in a run folder outside of it has its whole path. */
  readonly path: string;
  /** As far as it can be looked into. */
  readonly bytes: number;
  /**
   * "orphaned folder": named like an id, and no container has it. "set-aside
   * folder": a deletion was cut short, or an export. "temporary file": a write was.
   */
  readonly kind: "orphaned folder" | "set-aside folder" | "temporary file";
}

export interface GcResult {
  /** Removed, or with `dryRun` to be removed. */
  readonly removed: readonly GarbageItem[];
  /** Orphaned folders that stay, since their id stands in a copy that `repair` kept of a file. */
  readonly kept: readonly GarbageItem[];
  /** Of what was removed, together. */
  readonly bytes: number;
  readonly dryRun: boolean;
}

/** How far a check is. */
export interface CheckProgress {
  readonly done: number;
  /** So far known. */
  readonly total: number;
  /**
   * What is counted: bytes of the files of records; bytes of big data, as recorded, or containers where no data are
   * read; findings that are looked at again under the lock.
   */
  readonly what: "bytes" | "data" | "containers" | "findings";
}

export interface CheckOptions extends WaitOptions {
  /** Read every item of big data and compare its SHA-256 with the recorded one; without it only sizes. Default true. */
  readonly data?: boolean | undefined;
  /** Called now and then, in order; what it throws ends the check. */
  readonly onProgress?: ((progress: CheckProgress) => void) | undefined;
}

export interface RepairOptions extends CheckOptions {
  /**
   * Which findings to mend, by code. Default: all those whose repair gives up
   * nothing that could be read. The others (see `Finding.repair`) are mended
   * only when their code is named.
   */
  readonly codes?: readonly string[] | undefined;
  /** Say what would be done, change nothing; needs only the read lock. */
  readonly dryRun?: boolean | undefined;
}

/** What became of one finding. */
export interface RepairStep {
  readonly finding: Finding;
  /** "planned" only with `dryRun`; "left": not asked for, or nothing that `repair` can do; "failed": `detail` says why. */
  readonly outcome: "repaired" | "planned" | "left" | "failed";
  /** What was or would be done, or why not. */
  readonly detail: string;
}

export interface RepairResult {
  readonly steps: readonly RepairStep[];
  /** Absolute paths of the copies that were kept of files before they were replaced. */
  readonly backups: readonly string[];
  readonly dryRun: boolean;
}

/** What `check` found in one place. */
export interface Finding {
  /** Permanent, for example `CHECK_BIG_DATA_MISSING`. */
  readonly code: string;
  /** "damage": the store cannot be used; "error": something is lost or wrong; "warning": worth knowing. */
  readonly severity: "damage" | "error" | "warning";
  readonly message: string;
  /** What to do about it. */
  readonly action: string;
  /**
   * "safe": `repair` does it by itself. "named": `repair` does it when the code
   * is named, since something is given up. "gc": garbage collection does it.
   * "none": a person has to look.
   */
  readonly repair: "safe" | "named" | "gc" | "none";
  /** Absolute path of the file or folder that it is about. */
  readonly path?: string;
  /** Container. */
  readonly id?: string;
  /** Big data item. */
  readonly key?: string;
  /** Name of a container. */
  readonly name?: string;
  /** Byte of the file, from 0. */
  readonly offset?: number;
  /** Record of the file, counted from 1. */
  readonly record?: number;
}

export interface WatchOptions {
  /** Ends the watch: its `next` then rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
  /** What is known already: the changes that turn it into the present state come first. Default: the state at the call. */
  readonly since?: { list(): readonly Container[] } | readonly Container[] | undefined;
  /**
   * "auto" (default): the system tells of changes; where it cannot, the files are
   * looked at every 250 ms. A number of milliseconds: they are looked at so often.
   */
  readonly polling?: number | "auto" | undefined;
}

/** The store cannot be read now: damaged, missing, not permitted. The watch goes on. */
export interface StoreUnavailable {
  readonly type: "unavailable";
  readonly error: StowageError;
}

/** It can be read again; what changed meanwhile comes next. */
export interface StoreAvailable {
  readonly type: "available";
}

export type WatchEvent = ContainerChange | StoreUnavailable | StoreAvailable;

/** A watch under way. It is ended by leaving the loop, `return`, `await using`, its signal, or the closing of the store. */
export interface ContainerWatch extends AsyncIterableIterator<WatchEvent, undefined>, AsyncDisposable {
  return(): Promise<IteratorResult<WatchEvent, undefined>>;
}

/** Who has the store's lock and who waits for it, at the moment of asking; true for no longer. */
export interface LockStatus {
  /** "read": one or several read. "write": one writes. */
  readonly state: "free" | "read" | "write";
  /** As far as the system tells: processes of other users or containers may be missing. */
  readonly holders: readonly LockHolder[];
  /** Those who wait, in this process and, as far as the system tells, in others. */
  readonly waiting: {
    readonly readers: number;
    readonly writers: number;
    /** Milliseconds for which the first of them has been waiting, as far as known; 0 when nobody waits. */
    readonly longest: number;
    /** The same for this process alone. */
    readonly longestOwn: number;
  };
}
