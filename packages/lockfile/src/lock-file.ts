import { LockFileError, type LockMode, type LockProtocol } from "./errors.ts";
import type { HeldReadLock, HeldWriteLock } from "./held-lock.ts";
import { closedError, type AnyHeld, type SharedWaitOptions } from "./request.ts";
import type { SharedLock } from "./shared-lock.ts";
import type { LockStatus } from "./status.ts";
import { checkWaitOptions, type WaitOptions } from "./waiting.ts";

/**
 * A lock file that is open: readers together, writers alone, between all
 * processes that use the file and all tasks of this one, in order of arrival.
 *
 * A lock is not re-entrant: whoever holds one and asks for another one that it
 * excludes waits for himself, until `timeout` or `signal` ends it.
 *
 * Each locking call rejects with ERR_LOCK_TIMEOUT when `timeout` is over, with
 * `signal.reason` when that aborts, with ERR_LOCK_CLOSED after or during
 * `close`, with ERR_LOCK_PROTOCOL when the store was replaced by one of the
 * other protocol, with ERR_LOCK_UNSUPPORTED or ERR_LOCK_IO when the system
 * refuses, and with a `TypeError` for options of the wrong kind.
 */
export interface LockFile extends AsyncDisposable {
  /** The real path, without symbolic links in its folders. */
  readonly path: string;
  readonly protocol: LockProtocol;
  readonly readOnly: boolean;
  /** Waits until no writer is inside or was there first, as containers/storage `RLock`. */
  lockForReading(options?: WaitOptions): Promise<HeldReadLock>;
  /** Waits until nobody is inside or was there first, as containers/storage `Lock`. ERR_LOCK_READ_ONLY if opened so. */
  lockForWriting(options?: WaitOptions): Promise<HeldWriteLock>;
  /** One try without waiting for others; undefined when somebody is in the way. */
  tryLockForReading(): Promise<HeldReadLock | undefined>;
  tryLockForWriting(): Promise<HeldWriteLock | undefined>;
  /** Who has the lock and who waits. Takes no lock; works while others hold it. */
  status(): Promise<LockStatus>;
  /** Ends the waits of this object and refuses new ones; locks that are held stay so until their release. Idempotent. */
  close(): Promise<void>;
}

/** One opening of a lock file; all of one path share the lock behind. */
export class OpenedLockFile implements LockFile {
  readonly readOnly: boolean;
  readonly #shared: SharedLock;
  readonly #closing = new AbortController();
  readonly #onClose: () => void;

  /** `onClose` is called once. */
  constructor(shared: SharedLock, readOnly: boolean, onClose: () => void) {
    this.#shared = shared;
    this.readOnly = readOnly;
    this.#onClose = onClose;
  }

  get path(): string {
    return this.#shared.path;
  }

  get protocol(): LockProtocol {
    return this.#shared.protocol;
  }

  lockForReading(options: WaitOptions = noOptions): Promise<HeldReadLock> {
    return this.#lock("read", options) as Promise<HeldReadLock>;
  }

  lockForWriting(options: WaitOptions = noOptions): Promise<HeldWriteLock> {
    return this.#lock("write", options) as Promise<HeldWriteLock>;
  }

  tryLockForReading(): Promise<HeldReadLock | undefined> {
    return this.#try("read") as Promise<HeldReadLock | undefined>;
  }

  tryLockForWriting(): Promise<HeldWriteLock | undefined> {
    return this.#try("write") as Promise<HeldWriteLock | undefined>;
  }

  // Not an async function: each promise less is felt in a lock that takes a few microseconds.
  #lock(mode: LockMode, options: SharedWaitOptions): Promise<AnyHeld> {
    try {
      if (options !== noOptions) checkWaitOptions(options);
      this.#assertUsable(mode);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#shared.lock(mode, options, this.#closing.signal);
  }

  async #try(mode: LockMode): Promise<AnyHeld | undefined> {
    try {
      return await this.#lock(mode, { timeout: 0, quiet: true });
    } catch (error) {
      if (error instanceof LockFileError && error.code === "ERR_LOCK_TIMEOUT") return undefined;
      throw error;
    }
  }

  #assertUsable(mode: LockMode): void {
    if (this.#closing.signal.aborted) throw closedError(this.path);
    if (mode === "write" && this.readOnly) {
      const message = `${this.path} was opened read-only; open it without \`readOnly\` to lock it for writing`;
      throw new LockFileError("ERR_LOCK_READ_ONLY", this.path, message);
    }
  }

  async status(): Promise<LockStatus> {
    if (this.#closing.signal.aborted) throw closedError(this.path);
    return this.#shared.status();
  }

  close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(closedError(this.path));
      this.#onClose();
    }
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

const noOptions: WaitOptions = {};
