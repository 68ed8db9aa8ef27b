import type { WrittenFile } from "./options.ts";
import type { ByteSource, Chunk } from "./sources.ts";

/** Where a writer's file goes, and what is asserted before. */
export interface CommitTarget {
  /** The file; needed when the writer was opened without one, otherwise it takes the place of that one. */
  readonly path?: string | undefined;
  /** Takes the place of the `beforeCommit` that the writer was opened with. */
  readonly beforeCommit?: (() => void | Promise<void>) | undefined;
}

/**
 * A file that is written piece by piece and appears as a whole, or not at all.
 *
 * The writer belongs to whoever opened it, who must end it: `commit`, `abandon`, or `await using`. Calls are carried
 * out in the order in which they were made; none need wait for the one before. After a failure, or when the signal is
 * aborted, the temporary file is gone and every further call rejects with the same error.
 *
 * @throws AtomicFileError `ERR_ATOMIC_FINISHED`, `ERR_ATOMIC_COMMITTED`, `ERR_ATOMIC_ABANDONED` from any method that
 *   comes too late; otherwise as `writeFileAtomic`.
 */
export interface AtomicWriter extends AsyncDisposable {
  /** In bytes: what was accepted so far. */
  readonly size: number;
  /** Where its bytes are until `commit`; nobody but the writer may move or change that file. */
  readonly temporaryPath: string;
  /**
   * Adds a chunk. Its memory is the caller's again once the promise resolves. It may still be in a buffer then: a
   * failing disk may be reported by a later call, `finish` at the latest.
   */
  write(chunk: Chunk): Promise<void>;
  /**
   * Adds all that the source gives, and closes it. When the source fails, the writer fails: nothing cut off is committed.
   *
   * @param accept told, before each chunk is written, how large the file will be with it; what it throws ends the
   *   writing, so that a source without an end can be refused.
   */
  writeAll(source: ByteSource, accept?: (size: number) => void): Promise<void>;
  /**
   * Takes the bytes of the file at a path. Where the file system shares blocks, it shares them, which takes no time and no
   * space. Otherwise the system copies up to 16 MiB in one call; more is copied in steps of 1 MiB, between which the
   * signal is heard. Only for a writer that has nothing yet. With `digest` all is read once.
   *
   * @param tell told, now and then, how many bytes are there, and hashed with `digest`; what it throws ends the copy.
   */
  copyFrom(path: string, tell?: (size: number) => void): Promise<void>;
  /** Brings all bytes to the temporary file, synced. Nothing is visible yet. Repeated calls give the same result. */
  finish(): Promise<Pick<WrittenFile, "size" | "digest">>;
  /** `finish`, then the rename and the sync of the folder. When it fails the file is abandoned. */
  commit(target?: CommitTarget): Promise<WrittenFile>;
  /** Removes the temporary file. Does nothing when that is done already. */
  abandon(): Promise<void>;
}
