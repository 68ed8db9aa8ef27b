import type { AtomicWriter, CommitTarget } from "./atomic-writer.ts";
import { ChunkBuffer } from "./chunk-buffer.ts";
import { AtomicFileError } from "./errors.ts";
import { someFolder, targetPath } from "./names.ts";
import { checkOptions, type CheckedOptions, type WriteOptions, type WrittenFile } from "./options.ts";
import { stagingFolderOf } from "./prepare.ts";
import { publish, type ReadyFile } from "./publish.ts";
import { forEachChunk, type ByteSource, type Chunk } from "./sources.ts";
import { TemporaryFile } from "./temporary-file.ts";
import { TextEncoding } from "./text.ts";

/** How much is gathered before it is written. Two of these are a writer's whole memory. */
const BUFFER_BYTES = 1024 * 1024;

/**
 * Opens a writer for a path, or, with only a staging folder, for a path that `commit` will name.
 *
 * @throws as `writeFileAtomic`.
 */
export async function openAtomicWriter(
  options: WriteOptions &
    ({ readonly path: string } | { readonly path?: undefined; readonly stagingFolder: string }),
): Promise<AtomicWriter> {
  return FileWriter.open(options);
}

type State = "open" | "finished" | "committed" | "abandoned" | "failed";

export class FileWriter implements AtomicWriter {
  readonly #temporary: TemporaryFile;
  readonly #target: string | undefined;
  readonly #options: CheckedOptions;
  readonly #buffer = new ChunkBuffer(BUFFER_BYTES);
  readonly #text = new TextEncoding();
  /** Aborted when no more can be written, so that nobody goes on waiting for a source. */
  readonly #ended = new AbortController();
  #state: State = "open";
  #failure: unknown = undefined;
  #size = 0;
  /** The last call, settled or not; never rejects. */
  #last: Promise<unknown> = Promise.resolve();
  /** A buffer on its way to the file; never rejects: resolves to what went wrong. */
  #behind: Promise<unknown> | undefined = undefined;

  static open(options: WriteOptions & { readonly path?: string | undefined }): FileWriter {
    const checked = checkOptions(options, true);
    const target = options.path === undefined ? undefined : targetPath(options.path);
    const folder =
      target === undefined
        ? someFolder(checked.stagingFolder as string, "the staging folder of a writer without a path")
        : stagingFolderOf(target, checked);
    checked.signal?.throwIfAborted();
    return new FileWriter(folder, target, checked);
  }

  private constructor(folder: string, target: string | undefined, options: CheckedOptions) {
    const { mode, digest, sync, signal } = options;
    this.#temporary = TemporaryFile.create(folder, { target, mode, digest, sync });
    this.#target = target;
    this.#options = options;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  get size(): number {
    return this.#size;
  }

  get temporaryPath(): string {
    return this.#temporary.path;
  }

  write(chunk: Chunk): Promise<void> {
    return this.#inTurn(async () => {
      this.#mustBe("open");
      if (typeof chunk === "string") await this.#accept(this.#text.encode(chunk));
      else if (chunk instanceof Uint8Array) {
        await this.#accept(this.#text.flush());
        await this.#accept(chunk);
      } else throw new TypeError(`a chunk must be a string or a Uint8Array, not ${typeof chunk}`);
    });
  }

  async writeAll(source: ByteSource, accept?: (size: number) => void): Promise<void> {
    try {
      await forEachChunk(source, this.#ended.signal, (chunk) => {
        if (typeof chunk === "string" || chunk instanceof Uint8Array) {
          accept?.(this.#size + Buffer.byteLength(chunk));
        }
        return this.write(chunk);
      });
    } catch (error) {
      await this.#inTurn(async () => {
        if (this.#state === "open") throw await this.#fail(error);
        this.#mustBe("open");
      });
    }
  }

  copyFrom(path: string, tell: (size: number) => void = () => undefined): Promise<void> {
    const source = targetPath(path);
    return this.#inTurn(async () => {
      this.#mustBe("open");
      if (this.#size > 0) throw new TypeError("a copy is all of a file: the writer has bytes already");
      try {
        await this.#temporary.copyFrom(source, this.#options.signal, tell);
        this.#options.signal?.throwIfAborted();
      } catch (error) {
        throw await this.#fail(error);
      }
      this.#size = this.#temporary.size;
    });
  }

  finish(): Promise<Pick<WrittenFile, "size" | "digest">> {
    return this.#inTurn(async () => {
      this.#mustBe("open", "finished");
      await this.#finish();
      return { size: this.#size, digest: this.#temporary.digest };
    });
  }

  commit(target: CommitTarget = {}): Promise<WrittenFile> {
    return this.#inTurn(async () => {
      this.#mustBe("open", "finished");
      const { beforeCommit = this.#options.beforeCommit } = target;
      const ready = await this.#ready(target.path);
      // From here on the temporary file is no longer the writer's, whatever comes of it.
      try {
        await publish([ready], { beforeCommit, signal: this.#options.signal });
      } catch (error) {
        this.#end("failed", error);
        throw error;
      }
      this.#end("committed");
      return { path: ready.target, size: this.#size, digest: this.#temporary.digest };
    });
  }

  /**
   * Finishes the file and hands it over, with the duty to bring it to an end. For a set of files; not part of the
   * public interface.
   */
  handOver(path: string | undefined): Promise<ReadyFile> {
    return this.#inTurn(async () => {
      this.#mustBe("open", "finished");
      const ready = await this.#ready(path);
      this.#end("committed");
      return ready;
    });
  }

  abandon(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#state === "abandoned" || this.#state === "failed") return;
      this.#mustBe("open", "finished");
      const gone = new AtomicFileError("ERR_ATOMIC_ABANDONED", `${this.#place}: the writer was abandoned`, {
        path: this.#place,
      });
      const error = await this.#fail(gone);
      this.#state = "abandoned";
      if (error !== gone) throw error;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#state === "committed") return;
    await this.#last;
    if ((this.#state as State) !== "committed") await this.abandon();
  }

  get #place(): string {
    return this.#target ?? this.#temporary.path;
  }

  /** Runs a task when all before it have ended. */
  #inTurn<Result>(task: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    // The caller has the result; here only its end matters.
    this.#last = result.catch(() => undefined);
    return result;
  }

  #mustBe(...states: readonly State[]): void {
    if (states.includes(this.#state)) return;
    if (this.#state === "failed" || this.#state === "abandoned") throw this.#failure;
    const [code, what] =
      this.#state === "committed"
        ? (["ERR_ATOMIC_COMMITTED", "committed"] as const)
        : (["ERR_ATOMIC_FINISHED", "finished"] as const);
    const message = `${this.#place}: the writer was ${what} already; open another one`;
    throw new AtomicFileError(code, message, { path: this.#place });
  }

  /** Takes in bytes. On a failure the temporary file is gone. */
  async #accept(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    this.#size += bytes.length;
    if (this.#buffer.fits(bytes.length)) {
      this.#buffer.add(bytes);
      return;
    }
    try {
      await this.#settled();
      const gathered = this.#buffer.take();
      if (bytes.length < BUFFER_BYTES) {
        this.#behind = this.#append([gathered]).catch((error: unknown) => ({ error }));
        this.#buffer.add(bytes);
      } else {
        // Too large to be copied: written from where it is.
        await this.#append([gathered, bytes]);
      }
    } catch (error) {
      throw await this.#fail(error);
    }
  }

  async #append(pieces: readonly Uint8Array[]): Promise<void> {
    await this.#temporary.append(pieces, this.#options.signal);
  }

  /** Waits for the buffer on its way, and throws what went wrong with it. */
  async #settled(): Promise<void> {
    const behind = this.#behind;
    this.#behind = undefined;
    const outcome = (await behind) as { error: unknown } | undefined;
    if (outcome !== undefined) throw outcome.error;
  }

  async #finish(): Promise<void> {
    if (this.#state === "finished") return;
    await this.#accept(this.#text.flush());
    try {
      await this.#settled();
      await this.#append([this.#buffer.take()]);
      this.#options.signal?.throwIfAborted();
      await this.#temporary.seal();
    } catch (error) {
      throw await this.#fail(error);
    }
    this.#state = "finished";
  }

  async #ready(path: string | undefined): Promise<ReadyFile> {
    const target = path === undefined ? this.#target : targetPath(path);
    if (target === undefined)
      throw new TypeError("the writer was opened without a path: commit must name one");
    await this.#finish();
    return { temporary: this.#temporary, target, sync: this.#options.sync };
  }

  /** Removes the temporary file. Resolves to the error to be thrown, which every later call throws too. */
  async #fail(reason: unknown): Promise<unknown> {
    // Before the descriptor is closed nothing may be on its way to it.
    await this.#behind;
    const error = await this.#temporary.discard(reason);
    this.#end("failed", error);
    return error;
  }

  #end(state: State, failure?: unknown): void {
    this.#state = state;
    this.#failure = failure;
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#ended.abort(failure);
  }

  /** Does not wait for somebody to call: the temporary file goes as soon as the running call has ended. */
  readonly #onAbort = (): void => {
    this.#ended.abort(this.#options.signal?.reason);
    void this.#inTurn(async () => {
      if (this.#state === "open" || this.#state === "finished")
        await this.#fail(this.#options.signal?.reason);
    });
  };
}
