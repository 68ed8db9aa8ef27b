import { createHash, type Hash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import type { BigDataReader } from "../big-data.ts";
import { StowageError } from "../errors.ts";
import { asStowageError } from "./failures.ts";

/** How much is read at once, in bytes; a slow reader keeps two of these in memory. */
const CHUNK = 256 * 1024;

/** What is to be read of an open item. */
export interface ItemReading {
  readonly id: string;
  readonly key: string;
  /** Absolute, for messages. */
  readonly file: string;
  readonly start: number;
  /** Not included; within the file. */
  readonly end: number;
  /** As recorded. */
  readonly digest: string | undefined;
  /** Whether the bytes must have that digest. */
  readonly verify: boolean;
  readonly signal: AbortSignal | undefined;
}

/** The error for bytes that are not those which were recorded. */
export function mismatch(
  { id, key, file }: Pick<ItemReading, "id" | "key" | "file">,
  expected: string,
  actual: string,
): StowageError {
  return new StowageError(
    "ERR_BIG_DATA_MISMATCH",
    `item ${JSON.stringify(key)} of container ${id} is not what was stored: ${expected} is recorded, and ${file} ` +
      `is ${actual}; \`check\` the store`,
    { ref: id, key, path: file, expected, actual },
  );
}

/** Reads an open item once. The handle is the reader's: it is closed in every way out. */
export class ItemReader implements BigDataReader {
  readonly id: string;
  readonly key: string;
  readonly size: number;
  readonly digest: string | undefined;
  readonly #handle: FileHandle;
  readonly #reading: ItemReading;
  #begun = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(handle: FileHandle, reading: ItemReading) {
    this.id = reading.id;
    this.key = reading.key;
    this.size = reading.end - reading.start;
    this.digest = reading.digest;
    this.#handle = handle;
    this.#reading = reading;
    const { signal } = reading;
    signal?.addEventListener("abort", this.#onAbort, { once: true });
    if (signal?.aborted === true) this.#onAbort();
  }

  stream(): ReadableStream<Uint8Array> {
    const chunks = this[Symbol.asyncIterator]();
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const result: IteratorResult<Uint8Array, unknown> = await chunks.next();
          if (result.done === true) controller.close();
          else controller.enqueue(result.value);
        },
        cancel: () => this.close(),
      },
      { highWaterMark: 0 },
    );
  }

  readable(): Readable {
    return Readable.from(this, { objectMode: false, highWaterMark: CHUNK });
  }

  async bytes(): Promise<Uint8Array> {
    try {
      const all = Buffer.allocUnsafeSlow(this.size);
      let length = 0;
      for await (const chunk of this) {
        all.set(chunk, length);
        length += chunk.length;
      }
      return all;
    } finally {
      await this.close();
    }
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<Uint8Array> {
    if (this.#begun) throw new TypeError("an open item is read once; open it again to read it again");
    this.#begun = true;
    const chunks = this.#chunks();
    return {
      next: () => chunks.next(),
      // A generator that was not started knows of no end.
      return: async () => {
        await this.close();
        return await chunks.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#reading.signal?.removeEventListener("abort", this.#onAbort);
    // Nothing was written by it, so that a failing close has nothing to tell.
    this.#closing ??= this.#handle.close().catch(() => undefined);
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  readonly #onAbort = (): void => {
    void this.close();
  };

  async *#chunks(): AsyncGenerator<Uint8Array, undefined, undefined> {
    const { start, end, verify } = this.#reading;
    const hash = verify ? createHash("sha256") : undefined;
    try {
      let next = start < end ? this.#ahead(start) : undefined;
      for (let at = start; next !== undefined;) {
        this.#assertOpen();
        const chunk = await next;
        at += chunk.length;
        // While this one is hashed and used.
        next = at < end ? this.#ahead(at) : undefined;
        hash?.update(chunk);
        // The last chunk only says what the hash allows it to: who has all bytes must not take them for good.
        if (at === end) this.#assertSame(hash);
        yield chunk;
      }
      this.#assertOpen();
      if (start === end) this.#assertSame(hash);
      return undefined;
    } catch (error) {
      throw asStowageError(error, this.#reading.file);
    } finally {
      await this.close();
    }
  }

  #ahead(at: number): Promise<Uint8Array> {
    const chunk = this.#read(at, Math.min(CHUNK, this.#reading.end - at));
    // Nobody may ever ask for it; who does is told.
    chunk.catch(() => undefined);
    return chunk;
  }

  async #read(at: number, length: number): Promise<Uint8Array> {
    this.#assertOpen();
    // Made anew each time: the last one is the reader's now.
    const chunk = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await this.#handle.read(chunk, 0, length, at);
    this.#reading.signal?.throwIfAborted();
    if (bytesRead > 0) return chunk.subarray(0, bytesRead);
    const { file, key } = this.#reading;
    throw new StowageError(
      "ERR_IO",
      `${file} became shorter while it was read, which no program that knows the store does; \`check\` the store`,
      { path: file, key },
    );
  }

  #assertSame(hash: Hash | undefined): void {
    if (hash === undefined) return;
    const actual = `sha256:${hash.digest("hex")}`;
    if (actual !== this.digest) throw mismatch(this.#reading, String(this.digest), actual);
  }

  #assertOpen(): void {
    this.#reading.signal?.throwIfAborted();
    if (!this.#isClosed) return;
    throw new StowageError(
      "ERR_STORE_CLOSED",
      `the open item ${this.#reading.file} was closed; open it again`,
      {
        path: this.#reading.file,
        key: this.key,
      },
    );
  }
}
