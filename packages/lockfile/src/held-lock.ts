import { LockFileError, lockFileError, type LockMode } from "./errors.ts";
import type { LastWrite } from "./last-write.ts";
import type { Tenure } from "./protocols/protocol.ts";

/**
 * A lock that is held, until `release` or the end of `await using`. What needs
 * the lock is a method of this object, so that code without it cannot call it.
 *
 * Each method but `release` throws ERR_LOCK_RELEASED after the release, and
 * ERR_LOCK_COMPROMISED when a portable lock was lost.
 */
export interface HeldLock extends AsyncDisposable {
  readonly mode: LockMode;
  /** False only for reading where there was no lock file, or no way to lock without writing. */
  readonly locked: boolean;
  /** Aborts when the lock is lost (portable only), with the error as its reason. Not when it is released. */
  readonly signal: AbortSignal;
  /** Throws unless the lock is held at this moment. Cheap: no system call (kernel), or one or two (portable). */
  assertHeld(): void;
  /** The token that the last writer left; `LastWrite.none` when nobody wrote. ERR_LOCK_IO when it cannot be read. */
  lastWrite(): LastWrite;
  /** Whether anybody wrote since `seen` was the token, as containers/storage `ModifiedSince`. */
  modifiedSince(seen: LastWrite): boolean;
  /** Lets go. Calling it again does nothing. ERR_LOCK_IO when the system refuses; the lock is gone even then. */
  release(): Promise<void>;
}

/** Held together with other readers. */
export interface HeldReadLock extends HeldLock {
  readonly mode: "read";
}

/** Held alone. */
export interface HeldWriteLock extends HeldLock {
  readonly mode: "write";
  /**
   * Leaves a fresh token for others, before anything else is written (a crash
   * in between must make them look, never miss a change), as containers/storage
   * `RecordWrite`. The caller remembers it as its own. ERR_LOCK_IO when the
   * system refuses, on a full disk for instance.
   */
  recordWrite(): LastWrite;
  /**
   * Where this writer must prepare its files, to rename them into place (a
   * folder of mode 0700 on the file system of the lock file). When the lock is
   * lost, the folder is taken away before anybody else reads, so that late
   * renames fail. It is removed at release, with all that is left in it.
   * Undefined for kernel locks, which cannot be lost.
   */
  readonly stagingFolder: string | undefined;
}

/** The part of a lock that readers and writers have in common. */
export class Held<M extends LockMode> implements HeldLock {
  readonly mode: M;
  readonly #path: string;
  readonly #tenure: Tenure;
  readonly #leave: () => Promise<void>;
  #signal: AbortSignal | undefined;
  #released: Promise<void> | undefined;

  /** `leave` is called once, at the release. */
  constructor(mode: M, path: string, tenure: Tenure, leave: () => Promise<void>) {
    this.mode = mode;
    this.#path = path;
    this.#tenure = tenure;
    this.#leave = leave;
  }

  get locked(): boolean {
    return this.#tenure.locked;
  }

  get signal(): AbortSignal {
    // Made only when somebody asks, since it costs more than a whole critical section.
    this.#signal ??= this.#tenure.lost ?? new AbortController().signal;
    return this.#signal;
  }

  get stagingFolder(): string | undefined {
    return this.#tenure.stagingFolder;
  }

  assertHeld(): void {
    this.#assertNotReleased();
    this.#tenure.assertHeld();
  }

  lastWrite(): LastWrite {
    this.#assertNotReleased();
    try {
      return this.#tenure.readToken();
    } catch (error) {
      throw lockFileError(this.#path, "read the token of", error);
    }
  }

  modifiedSince(seen: LastWrite): boolean {
    this.#assertNotReleased();
    try {
      return !this.#tenure.hasToken(seen);
    } catch (error) {
      throw lockFileError(this.#path, "read the token of", error);
    }
  }

  protected write(): LastWrite {
    this.#assertNotReleased();
    try {
      return this.#tenure.writeToken();
    } catch (error) {
      throw lockFileError(this.#path, "write the token of", error);
    }
  }

  release(): Promise<void> {
    this.#released ??= this.#leave();
    return this.#released;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.release();
  }

  #assertNotReleased(): void {
    if (this.#released === undefined) return;
    const message = `the lock ${this.#path} was used after its release`;
    throw new LockFileError("ERR_LOCK_RELEASED", this.#path, message);
  }
}

/** Only writers can record a write, at run time too. */
export class HeldForWriting extends Held<"write"> implements HeldWriteLock {
  recordWrite(): LastWrite {
    return this.write();
  }
}
