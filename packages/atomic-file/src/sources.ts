import type { ReadableStream } from "node:stream/web";

/** A piece of a stream. Text is written as UTF-8. */
export type Chunk = string | Uint8Array;
/** Where a writer may take its bytes from: Node streams, generators, lists, web streams. */
export type ByteSource = AsyncIterable<Chunk> | Iterable<Chunk> | ReadableStream<Chunk>;

/** One way to read all kinds of source. */
interface Reader {
  next(): Promise<IteratorResult<Chunk, unknown>>;
  /** Tells the source that no more will be read. */
  close(reason: unknown): Promise<unknown>;
}

/**
 * Hands every chunk to `take`, one at a time: the source is asked for the next when `take` has resolved.
 *
 * Ends early with the signal's reason, also while the source gives nothing; with what `take` rejects with; or with the
 * source's own error. In the first two cases the source is closed.
 */
export async function forEachChunk(
  source: ByteSource,
  signal: AbortSignal,
  take: (chunk: Chunk) => Promise<void>,
): Promise<void> {
  const reader = readerOf(source);
  // One listener for all chunks: a race against one long promise would keep something for each of them.
  let giveUp: (reason: unknown) => void = () => undefined;
  const onAbort = (): void => giveUp(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    for (;;) {
      const result = await new Promise<IteratorResult<Chunk, unknown>>((resolve, reject) => {
        giveUp = reject;
        if (signal.aborted) reject(signal.reason as Error);
        else reader.next().then(resolve, reject);
      });
      if (result.done === true) return;
      try {
        await take(result.value);
      } catch (error) {
        await reader.close(error).catch(() => {
          // The error that ended the reading is the one to be told.
        });
        throw error;
      }
    }
  } catch (error) {
    if (signal.aborted) {
      // Not awaited: a source that gives nothing may not answer to this either.
      reader.close(error).catch(() => undefined);
    }
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/**
 * Tells a source that it will not be read, or not any more: streams are destroyed or cancelled, generators end. What is
 * closed already, or read by somebody else, stays as it is. Never throws; the source may take its time.
 */
export function closeSource(source: unknown, reason: unknown): void {
  if (typeof source !== "object" || source === null || source instanceof Uint8Array) return;
  const close = async (): Promise<unknown> => readerOf(source as ByteSource).close(reason);
  // Whoever closes it has a reason of his own to tell, and a source that cannot be closed is no better one.
  close().catch(() => undefined);
}

function readerOf(source: ByteSource): Reader {
  if (typeof source === "string" || source instanceof Uint8Array) return readerOf([source]);
  if (typeof source !== "object" || source === null) throw notASource();
  if ("getReader" in source) {
    const reader = source.getReader();
    return {
      next: async () => reader.read() as Promise<IteratorResult<Chunk>>,
      close: async (reason) => reader.cancel(reason),
    };
  }
  const iterator =
    Symbol.asyncIterator in source
      ? source[Symbol.asyncIterator]()
      : Symbol.iterator in source
        ? source[Symbol.iterator]()
        : undefined;
  if (iterator === undefined) throw notASource();
  return {
    next: async () => iterator.next(),
    close: async () => {
      // A Node stream that waits for its next bytes hears only this.
      (source as { destroy?: () => void }).destroy?.();
      await iterator.return?.();
    },
  };
}

function notASource(): TypeError {
  return new TypeError("a source must be an iterable or a stream of strings and Uint8Arrays");
}
