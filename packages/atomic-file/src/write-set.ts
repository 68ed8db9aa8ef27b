import type { AtomicWriter } from "./atomic-writer.ts";
import { AtomicFileError } from "./errors.ts";
import { targetPath } from "./names.ts";
import { checkOptions, type FileData, type WriteOptions, type WrittenFile } from "./options.ts";
import { prepare } from "./prepare.ts";
import { publish, type ReadyFile } from "./publish.ts";
import { FileWriter } from "./writer.ts";

/** Options of one file in a set; what is left out is as in the set's own. The moment of the rename is the set's. */
export type WriteSetFileOptions = Omit<WriteOptions, "beforeCommit" | "signal">;

/** A file of a set that is ready: all of it is written, and nothing of it visible. */
export interface PreparedFile {
  /** Absolute: its place. */
  readonly path: string;
  /** Where its bytes are until `commit`; nobody but the set may move or change that file. */
  readonly temporaryPath: string;
}

/**
 * Several files that are prepared one by one and then appear together.
 *
 * No system can rename several files in one step. What a set does is to have everything ready (written, checked,
 * synced, folders open) before the first rename, and then to rename all in order without a pause. So a failure while
 * preparing shows none of them; a reader in between, or a crash of the machine, may still see the first of them new
 * and the others old. Put the file that refers to the others last.
 *
 * The set belongs to whoever opened it, who must end it: `commit`, `abandon`, or `await using`.
 */
export interface WriteSet extends AsyncDisposable {
  /**
   * Prepares one file, and resolves when it is ready. Calls may overlap; the files appear in the order of the calls. A writer is finished and becomes
   * the set's: its path may be given here if it was opened without one, and its own mode and sync hold.
   *
   * When preparing fails, the whole set is abandoned.
   *
   * @throws AtomicFileError, TypeError, or the signal's reason, as `writeFileAtomic`; a TypeError also for a path that
   *   is in the set already (the set then goes on without it).
   */
  add(path: string, data: FileData | AtomicWriter, options?: WriteSetFileOptions): Promise<PreparedFile>;
  /**
   * Waits for all that was added, renames all, and syncs each folder once.
   *
   * @throws AtomicFileError `ERR_ATOMIC_PARTIAL` when a rename in the middle failed: `appeared` has the paths of those
   *   that are visible. Any other error, `ERR_ATOMIC_DURABILITY` apart: none is.
   */
  commit(): Promise<readonly WrittenFile[]>;
  /** Removes every temporary file. Does nothing when that is done already. */
  abandon(): Promise<void>;
}

/**
 * Opens an empty set. The options hold for every file; `beforeCommit` is called once, before the first rename.
 *
 * @throws TypeError for options that cannot mean anything.
 */
export function openWriteSet(options: WriteOptions = {}): WriteSet {
  return new FileSet(options);
}

type Prepared = ReadyFile & { readonly written: WrittenFile };

class FileSet implements WriteSet {
  readonly #options: WriteOptions;
  readonly #targets = new Set<string>();
  readonly #preparing: Promise<Prepared>[] = [];
  #state: "open" | "committed" | "abandoned" = "open";
  #failure: unknown = undefined;
  #committing: Promise<readonly WrittenFile[]> | undefined = undefined;
  /** The removal of all files, once it has begun; never rejects. */
  #takingBack: Promise<unknown> | undefined = undefined;

  constructor(options: WriteOptions) {
    checkOptions(options, false);
    this.#options = options;
  }

  async add(
    path: string,
    data: FileData | AtomicWriter,
    options: WriteSetFileOptions = {},
  ): Promise<PreparedFile> {
    this.#mustBeOpen(path);
    const target = targetPath(path);
    if (this.#targets.has(target)) throw new TypeError(`${target} is in the set already`);
    this.#targets.add(target);
    const prepared = this.#prepare(target, data, options);
    this.#preparing.push(prepared);
    let ready: Prepared;
    try {
      ready = await prepared;
    } catch (error) {
      if (this.#state === "open") {
        this.#state = "abandoned";
        this.#failure = error;
        this.#takingBack = this.#takeBack(error);
        throw await this.#takingBack;
      }
      throw error;
    }
    // Another file may have failed, or the set may have been abandoned, while this one was on its way.
    if (this.#state === "abandoned") throw this.#failure;
    return { path: target, temporaryPath: ready.temporary.path };
  }

  async commit(): Promise<readonly WrittenFile[]> {
    this.#mustBeOpen("the set");
    this.#state = "committed";
    this.#committing = this.#commit();
    return this.#committing;
  }

  async #commit(): Promise<readonly WrittenFile[]> {
    const { beforeCommit, signal } = this.#options;
    let files: readonly Prepared[];
    try {
      files = await Promise.all(this.#preparing);
      signal?.throwIfAborted();
    } catch (error) {
      throw await this.#takeBack(error);
    }
    await publish(files, { beforeCommit, signal });
    return files.map((file) => file.written);
  }

  async abandon(): Promise<void> {
    if (this.#state === "abandoned") {
      await this.#takingBack;
      return;
    }
    this.#mustBeOpen("the set");
    const gone = new AtomicFileError("ERR_ATOMIC_ABANDONED", "the set of files was abandoned", {
      path: "the set",
    });
    this.#state = "abandoned";
    this.#failure = gone;
    this.#takingBack = this.#takeBack(gone);
    const error = await this.#takingBack;
    if (error !== gone) throw error;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The caller of commit has its result; here only its end matters.
    if (this.#state === "committed") await this.#committing?.catch(() => undefined);
    else await this.abandon();
  }

  #mustBeOpen(path: string): void {
    if (this.#state === "open") return;
    if (this.#state === "abandoned") throw this.#failure;
    throw new AtomicFileError(
      "ERR_ATOMIC_COMMITTED",
      `${path}: the set was committed already; open another one`,
      { path },
    );
  }

  async #prepare(target: string, data: FileData | AtomicWriter, own: WriteSetFileOptions): Promise<Prepared> {
    if (data instanceof FileWriter) {
      const ready = await data.handOver(target);
      return {
        ...ready,
        written: { path: target, size: ready.temporary.size, digest: ready.temporary.digest },
      };
    }
    const options = checkOptions({ ...this.#options, ...own }, false);
    const temporary = await prepare(target, data as FileData, options);
    const written = { path: target, size: temporary.size, digest: temporary.digest };
    return { temporary, target, sync: options.sync, written };
  }

  /** Removes all temporary files, when all are on their feet. Resolves to the error to be thrown for `reason`. */
  async #takeBack(reason: unknown): Promise<unknown> {
    let error = reason;
    for (const outcome of await Promise.allSettled(this.#preparing)) {
      if (outcome.status === "fulfilled") error = await outcome.value.temporary.discard(error);
    }
    return error;
  }
}
