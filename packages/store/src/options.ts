import type { IdMapping } from "./model/container.ts";
import type { JsonValue } from "./model/json-value.ts";

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
  /** Told of what is worth knowing but no error, such as reading without a lock on a read-only medium. */
  readonly onWarning?: ((message: string) => void) | undefined;
}

export interface BigDataItem {
  readonly key: string;
  readonly data: Uint8Array | string;
}

export interface CreateOptions extends WaitOptions {
  /** Default: 64 random hex digits. */
  readonly id?: string | undefined;
  readonly names?: readonly string[] | undefined;
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

export interface NameOptions extends WaitOptions {
  /**
   * What happens when another container holds one of the names: "error" (default)
   * rejects with ERR_DUPLICATE_NAME and changes nothing; "steal" takes it from
   * the holder, as containers/storage does.
   */
  readonly onConflict?: "error" | "steal" | undefined;
}

export interface GcOptions extends WaitOptions {
  /** Say what would be removed, remove nothing. */
  readonly dryRun?: boolean | undefined;
}

export interface GcResult {
  /** Folders removed (or to be removed), relative to the store's folder. */
  readonly removed: readonly { readonly path: string; readonly bytes: number }[];
  readonly bytes: number;
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
  readonly path?: string;
  readonly id?: string;
  readonly key?: string;
  readonly offset?: number;
  readonly record?: number;
}
