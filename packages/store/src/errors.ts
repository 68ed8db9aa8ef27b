/**
 * Permanent error codes of the store. A code keeps its meaning for ever;
 * messages may be reworded.
 */
export type StowageErrorCode =
  /** No container has that id, name, layer or unique id prefix; `candidates` when the prefix is ambiguous. */
  | "ERR_CONTAINER_UNKNOWN"
  /** The container is not what it was when the caller looked at it (`ifUnchanged`). */
  | "ERR_CONTAINER_CHANGED"
  /** No image of the tree has that id, name, end of a name or unique id prefix: `ref`, `candidates` when several fit. */
  | "ERR_IMAGE_UNKNOWN"
  /** The store lies in no containers/storage tree, or that has no images: `path`. */
  | "ERR_IMAGES_UNAVAILABLE"
  /** The id for a new container is in use. */
  | "ERR_DUPLICATE_ID"
  /** A name is held by another container: `name`, `holder`. */
  | "ERR_DUPLICATE_NAME"
  /** The id cannot name a folder inside the store, so no data can be kept under it. */
  | "ERR_INVALID_ID"
  /** The key of a big data item is empty, or its file would not lie inside the container's folder. */
  | "ERR_INVALID_BIG_DATA_NAME"
  /** The container has no such item: `key`. */
  | "ERR_BIG_DATA_NOT_FOUND"
  /** What lies in the item's file is not what is recorded: `expected` and `actual` digest. */
  | "ERR_BIG_DATA_MISMATCH"
  /** The container would keep more big data than the store was opened for: `limit`, `size` (bytes); nothing was changed. */
  | "ERR_QUOTA_EXCEEDED"
  /** The size is not recorded and the item cannot be read to find it. */
  | "ERR_SIZE_UNKNOWN"
  /** The digest is not recorded and the item cannot be read to find it. */
  | "ERR_DIGEST_UNKNOWN"
  /** Ranges of a user namespace mapping overlap. */
  | "ERR_INVALID_MAPPINGS"
  /** A value that was handed in cannot be stored: what it is and why is in the message. */
  | "ERR_INVALID_ARGUMENT"
  /** What was to be imported is no archive of an export, is cut off, or was changed: `path` in it. */
  | "ERR_ARCHIVE_DAMAGED"
  | "ERR_EMPTY_PREFIX"
  | "ERR_PREFIX_NOT_FOUND"
  /** More than one id begins with the prefix: `candidates`. */
  | "ERR_AMBIGUOUS_PREFIX"
  /** There is no filter of that name: `filter`; `candidates` has those that there are. */
  | "ERR_UNKNOWN_FILTER"
  /** The filter cannot have that value: `filter`, `value`. */
  | "ERR_INVALID_FILTER"
  /** Containers cannot be sorted by that: `value`; `candidates` has what they can be sorted by. */
  | "ERR_INVALID_SORT"
  /** A file of the store cannot be understood: `path`, `offset` (bytes), `record` (counted from 1). */
  | "ERR_STORE_DAMAGED"
  /** Two containers claim one name, and the files may not be mended here. */
  | "ERR_STORE_INCONSISTENT"
  /** The store is used in the other mode, transient or not, too, so that this cannot be done in this one: `path`. */
  | "ERR_STORE_OTHER_MODE"
  /** The store was opened read-only, or its file system is. */
  | "ERR_STORE_READ_ONLY"
  /** There is no store at that place (read-only opening never makes one). */
  | "ERR_STORE_NOT_FOUND"
  | "ERR_STORE_CLOSED"
  /** Nobody could be let in before `timeout`: `holders`. */
  | "ERR_LOCK_TIMEOUT"
  /** The lock was lost while it was held; nothing was written after that. With `mayBeDone` another one may have finished the change. */
  | "ERR_LOCK_COMPROMISED"
  /** The store has the other lock protocol, or may not have the one asked for. */
  | "ERR_LOCK_PROTOCOL"
  /** A call of the store inside a transaction of it, which would wait for that for ever. */
  | "ERR_TRANSACTION_NESTED"
  /** The transaction is over: done, failed, or aborted. */
  | "ERR_TRANSACTION_ENDED"
  /** This machine or file system cannot lock. */
  | "ERR_LOCK_UNSUPPORTED"
  /** The disk is full (or a quota is): the store is as before. */
  | "ERR_NO_SPACE"
  /** The system refused: `errno` has its reason, `path` the file. */
  | "ERR_PERMISSION"
  /** Any other failure of the system: `errno`, `path`. */
  | "ERR_IO"
  /** The change is visible, but the system could not say that it survives a loss of power. */
  | "ERR_DURABILITY";

/** A process that holds the lock. */
export interface LockHolder {
  readonly pid: number;
  readonly mode: "read" | "write";
  readonly program?: string | undefined;
  /** Only when it runs on another machine (portable locks). */
  readonly host?: string | undefined;
  /** Whether it is this process. */
  readonly own?: boolean | undefined;
}

/** What a program needs to act on an error; each field is there only where it means something. */
export interface StowageErrorDetails {
  readonly ref?: string | undefined;
  readonly name?: string | undefined;
  readonly key?: string | undefined;
  /** The container that holds the name: id, names, creation time, and the file it lives in. */
  readonly holder?:
    | {
        readonly id: string;
        readonly names: readonly string[];
        readonly created: string;
        readonly path: string;
      }
    | undefined;
  readonly candidates?: readonly string[] | undefined;
  readonly prefix?: string | undefined;
  /** The key of a filter, and what it was given. */
  readonly filter?: string | undefined;
  readonly value?: string | undefined;
  readonly path?: string | undefined;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
  /** Bytes. */
  readonly limit?: number | undefined;
  /** Bytes. */
  readonly size?: number | undefined;
  readonly offset?: number | undefined;
  readonly record?: number | undefined;
  readonly errno?: string | undefined;
  readonly holders?: readonly LockHolder[] | undefined;
  readonly conflicts?: readonly string[] | undefined;
  /** The change was begun, and another process may have finished it; or it is made, and only the records do not show it yet. */
  readonly mayBeDone?: boolean | undefined;
  readonly cause?: unknown;
}

/** The one family of errors. Branch on `code`, never on the message. */
export class StowageError extends Error {
  override readonly name = "StowageError";
  readonly code: StowageErrorCode;
  readonly details: Omit<StowageErrorDetails, "cause">;

  constructor(code: StowageErrorCode, message: string, details: StowageErrorDetails = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = Object.freeze(rest);
  }
}
