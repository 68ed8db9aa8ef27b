import { createHash, randomUUID, type Hash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { groups, rest, sizeOf } from "./bytes.ts";
import { forEachPiece } from "./copying.ts";
import { AtomicFileError, leftoverError, systemError } from "./errors.ts";
import { temporaryName } from "./names.ts";
import { cloneFile, copyFile, fdatasync, fsync, QUICK_BYTES, unlink, write, writeNow } from "./system.ts";

/** Windows has neither O_NOFOLLOW nor modes of this kind. */
const windows = process.platform === "win32";
const FLAGS = fs.constants.O_WRONLY | (windows ? 0 : fs.constants.O_NOFOLLOW);
const CREATE = fs.constants.O_CREAT | fs.constants.O_EXCL;
/** Names have 62 random bits, so that even one clash means that somebody makes them on purpose. */
const ATTEMPTS = 8;
/** Sixteen hexadecimal digits. Node keeps a store of random bits for UUIDs: this takes no system call. */
const unique = (): string => randomUUID().replaceAll("-", "").slice(-16);

/** Between two of these a write can be ended. With a digest it is also how long hashing keeps the thread: about 1 ms. */
const GROUP_BYTES = 16 * 1024 * 1024;
const HASHED_GROUP_BYTES = 1024 * 1024;
/** Up to this size the system copies a file in one call, which nothing can end on its way: some 20 ms. */
const ONE_CALL_BYTES = 16 * 1024 * 1024;
/**
 * A file that will be synced is synced each time that so much was added, while it grows: all of it at the end could be
 * many seconds in which nothing is told and no signal is heard.
 */
const SYNC_BYTES = 32 * 1024 * 1024;

/** What a temporary file is for. */
export interface TemporaryFilePlan {
  /** The file it is to become; undefined while that is not known. */
  readonly target: string | undefined;
  /** The exact mode; undefined leaves it as it is. */
  readonly mode: number | undefined;
  readonly digest: boolean;
  /** Whether `seal` brings it to the disk. */
  readonly sync: boolean;
}

/**
 * A file that nobody else knows of, on its way to a place.
 *
 * Whoever makes it must bring it to an end: `seal` and then a rename, or `discard`. No two calls may overlap; a
 * failure of any of them leaves nothing to do but `discard`.
 */
export class TemporaryFile {
  readonly path: string;
  /** In bytes, as handed to `append`. */
  size = 0;
  readonly #plan: TemporaryFilePlan;
  readonly #hash: Hash | undefined;
  #fd: number | undefined;
  #digest: string | undefined = undefined;
  /** How large it was when it was last on its way to the disk. */
  #syncedSize = 0;
  /** That way; never rejects: resolves to what went wrong. */
  #syncing: Promise<unknown> | undefined = undefined;

  /** Makes an empty file in a folder. It never has more mode bits than the plan says. */
  static create(folder: string, plan: TemporaryFilePlan): TemporaryFile {
    const base = plan.target === undefined ? "" : path.basename(plan.target);
    for (let attempt = 1; ; attempt += 1) {
      const file = path.join(folder, temporaryName(base, unique()));
      try {
        return new TemporaryFile(file, fs.openSync(file, FLAGS | CREATE, plan.mode), plan);
      } catch (error) {
        const taken = (error as NodeJS.ErrnoException).code === "EEXIST";
        if (!taken || attempt === ATTEMPTS) throw systemError(error, plan.target ?? file);
      }
    }
  }

  /** Takes over an empty file that somebody else has made. */
  static adopt(file: string, plan: TemporaryFilePlan): TemporaryFile {
    try {
      return new TemporaryFile(file, fs.openSync(file, FLAGS), plan);
    } catch (error) {
      throw systemError(error, plan.target ?? file);
    }
  }

  private constructor(file: string, fd: number, plan: TemporaryFilePlan) {
    this.path = file;
    this.#fd = fd;
    this.#plan = plan;
    this.#hash = plan.digest ? createHash("sha256") : undefined;
  }

  /** What the file is to become, for messages. */
  get #place(): string {
    return this.#plan.target ?? this.path;
  }

  /** `sha256:<hex>` once the file is sealed, if it was asked for. */
  get digest(): string | undefined {
    return this.#digest;
  }

  /**
   * Writes all bytes. Undefined when that is done on return; otherwise the pieces must not change until the promise
   * resolves. Fails with the signal's reason when it is aborted on the way.
   */
  append(pieces: readonly Uint8Array[], signal?: AbortSignal): Promise<void> | undefined {
    const size = sizeOf(pieces);
    if (size > QUICK_BYTES) return this.#appendElsewhere(pieces, signal);
    const fd = this.#opened();
    signal?.throwIfAborted();
    try {
      for (const group of groups(pieces, GROUP_BYTES)) {
        const wanted = sizeOf(group);
        let written = writeNow(fd, group);
        this.#feed(group);
        // The system may take less than it was given: at a full disk, at a signal.
        while (written < wanted) {
          const more = writeNow(fd, rest(group, written));
          if (more === 0) throw this.#short(written, wanted);
          written += more;
        }
      }
    } catch (error) {
      throw error instanceof AtomicFileError ? error : systemError(error, this.#place);
    }
    this.size += size;
    return this.#isSyncDue ? this.#syncAhead(fd) : undefined;
  }

  /** As `append`, on another thread. */
  async #appendElsewhere(pieces: readonly Uint8Array[], signal: AbortSignal | undefined): Promise<void> {
    const fd = this.#opened();
    for (const group of groups(pieces, this.#hash === undefined ? GROUP_BYTES : HASHED_GROUP_BYTES)) {
      signal?.throwIfAborted();
      const size = sizeOf(group);
      try {
        // The hash is computed while the system writes. Awaited below in any case, so no rejection goes astray.
        const writing = write(fd, group);
        this.#feed(group);
        let written = await writing;
        // The system may take less than it was given: as above, and beyond 2 GiB.
        while (written < size) {
          const more = await write(fd, rest(group, written));
          if (more === 0) throw this.#short(written, size);
          written += more;
        }
      } catch (error) {
        throw error instanceof AtomicFileError ? error : systemError(error, this.#place);
      }
      this.size += size;
      if (this.#isSyncDue) await this.#syncAhead(fd);
    }
  }

  /**
   * Takes the bytes of another file, and tells how many are there, and hashed where that is asked for. The file must be
   * empty. Where the file system shares blocks, it shares them. Otherwise a small file is copied by the system; a large
   * one step by step, so that the signal is heard and something can be told.
   */
  async copyFrom(
    source: string,
    signal: AbortSignal | undefined,
    tell: (size: number) => void,
  ): Promise<void> {
    if (await this.#tookInOneCall(source)) {
      const hash = this.#hash;
      let hashed = 0;
      if (hash === undefined) tell(this.size);
      else {
        await forEachPiece(this.path, this.#place, async (piece) => {
          signal?.throwIfAborted();
          hash.update(piece);
          tell((hashed += piece.length));
        });
      }
    } else {
      await forEachPiece(source, this.#place, async (piece) => {
        await this.append([piece], signal);
        tell(this.size);
      });
    }
  }

  async #tookInOneCall(source: string): Promise<boolean> {
    const fd = this.#opened();
    try {
      const isSmall = fs.statSync(source).size <= ONE_CALL_BYTES;
      if (isSmall) await copyFile(source, this.path);
      else if (!(await this.#isClone(source))) return false;
      this.size = fs.fstatSync(fd).size;
      return true;
    } catch (error) {
      throw systemError(error, this.#place);
    }
  }

  /** Whether it could be made a clone. If not, it is empty, and another file of the same name. */
  async #isClone(source: string): Promise<boolean> {
    try {
      await cloneFile(source, this.path);
      return true;
    } catch {
      // Whatever the reason: copying step by step does without, or fails with one that says more.
      fs.closeSync(this.#opened());
      this.#fd = undefined;
      fs.rmSync(this.path, { force: true });
      this.#fd = fs.openSync(this.path, FLAGS | CREATE, this.#plan.mode);
      return false;
    }
  }

  /** Checks the size, sets the exact mode, syncs if the plan says so, and closes. Nothing can be appended any more. */
  async seal(): Promise<void> {
    const fd = this.#opened();
    const { mode, sync } = this.#plan;
    try {
      if (this.#syncing !== undefined) await this.#synced();
      const stats = fs.fstatSync(fd);
      if (stats.size !== this.size) throw this.#short(stats.size, this.size);
      const modeDiffers = mode !== undefined && !windows && (stats.mode & 0o7777) !== mode;
      if (modeDiffers) fs.fchmodSync(fd, mode);
      // fdatasync need not bring the mode to the disk.
      if (sync) await (modeDiffers ? fsync(fd) : fdatasync(fd));
      this.#fd = undefined;
      fs.closeSync(fd);
    } catch (error) {
      throw error instanceof AtomicFileError ? error : systemError(error, this.#place);
    }
    if (this.#hash !== undefined) this.#digest = `sha256:${this.#hash.digest("hex")}`;
  }

  /**
   * Closes and removes the file. Never throws. Resolves to the error to be thrown for `reason`: the reason itself, or
   * one that also names the file that could not be removed.
   */
  async discard(reason: unknown): Promise<unknown> {
    const failure = await this.remove();
    return failure === undefined ? reason : leftoverError(reason, failure, this.path);
  }

  /** Closes and removes the file. Never throws: resolves to why it is still there, if it is. */
  async remove(): Promise<Error | undefined> {
    const fd = this.#fd;
    this.#fd = undefined;
    // Before the descriptor is closed nothing may be on its way to it.
    await this.#syncing;
    try {
      // What a failing close has to say does not matter for bytes that nobody will read.
      if (fd !== undefined) fs.closeSync(fd);
    } catch {
      // As above: on every system the descriptor is gone after close, whatever it returns.
    }
    try {
      // Freeing many pages takes time; freeing few does not.
      if (this.size > QUICK_BYTES) await unlink(this.path);
      else fs.unlinkSync(this.path);
      return undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : (error as Error);
    }
  }

  #opened(): number {
    if (this.#fd === undefined) throw new TypeError("the temporary file is closed already");
    return this.#fd;
  }

  get #isSyncDue(): boolean {
    return this.#plan.sync && this.size - this.#syncedSize >= SYNC_BYTES;
  }

  /** Starts to bring the file to the disk; waits only when that is not done before it is due again. */
  async #syncAhead(fd: number): Promise<void> {
    this.#syncedSize = this.size;
    try {
      await this.#synced();
    } catch (error) {
      throw systemError(error, this.#place);
    }
    this.#syncing = fdatasync(fd).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
  }

  /** The system tells of a failure once: who does not hear of it then takes lost bytes for synced ones. */
  async #synced(): Promise<void> {
    const outcome = (await this.#syncing) as { error: unknown } | undefined;
    if (outcome !== undefined) throw outcome.error;
  }

  #feed(group: readonly Uint8Array[]): void {
    if (this.#hash !== undefined) for (const piece of group) this.#hash.update(piece);
  }

  #short(is: number, shouldBe: number): AtomicFileError {
    const path = this.#place;
    const message = `cannot write ${path}: ${is} of ${shouldBe} bytes arrived, and the system gives no reason; check the device`;
    return new AtomicFileError("ERR_ATOMIC_SHORT_WRITE", message, { path, syscall: "write" });
  }
}
