import type { ByteSource } from "@stowage/atomic-file";
import type { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import type { UpdateOptions, WaitOptions } from "./options.ts";

/**
 * What a big data item can be made from: bytes, text (stored as UTF-8), an
 * iterable of either, a Node stream, or a web stream. Streams are read as fast as
 * the disk takes them, and closed whatever comes of it, also when the call is refused before it reads.
 */
export type BigDataSource = Uint8Array | string | ByteSource;

export interface OpenBigDataOptions extends WaitOptions {
  /** First byte, from 0. Default 0. */
  readonly start?: number | undefined;
  /** Where to end, not included, as in `slice`. Default, and at most: the end of the item. */
  readonly end?: number | undefined;
  /**
   * Compare the SHA-256 of what is read with the recorded one: the reading fails
   * at its end with ERR_BIG_DATA_MISMATCH when they differ. Only for whole items.
   */
  readonly verify?: boolean | undefined;
}

/**
 * An open item of big data. It is what it was when it was opened, whatever others
 * do meanwhile: an item is only ever replaced, never changed. Nobody waits for it.
 *
 * It is read once, in one of four ways: `stream`, `readable`, `bytes`, or
 * `for await`. Reading to the end, giving up, an error and the signal each close
 * it; whoever does not read it at all must call `close`, or write `await using`.
 */
export interface BigDataReader extends AsyncIterable<Uint8Array>, AsyncDisposable {
  /** Full id of the container. */
  readonly id: string;
  readonly key: string;
  /** Bytes that will be read: of the item, or of the range. */
  readonly size: number;
  /** As recorded, of the whole item; undefined when none is. */
  readonly digest: string | undefined;
  /** As a web stream, which reads only what is asked for. */
  stream(): ReadableStream<Uint8Array>;
  /** As a Node stream. */
  readable(): Readable;
  /** All of it, in memory. */
  bytes(): Promise<Uint8Array>;
  /** Idempotent. A reading that is under way ends with an error. */
  close(): Promise<void>;
}

export interface MeasureOptions extends WaitOptions {
  /**
   * Also put what was measured into the record, as containers/storage does; that
   * takes the write lock. Not on a read-only store.
   */
  readonly complete?: boolean | undefined;
}

/** How far a copy of an item is, in bytes. */
export interface CopyProgress {
  readonly bytes: number;
  readonly totalBytes: number;
}

/** `ifUnchanged` is about the container that gets the item. */
export interface CopyBigDataOptions extends UpdateOptions {
  /** The key of the copy. Default: the same key. */
  readonly toKey?: string | undefined;
  /** Hash the copy, and reject with ERR_BIG_DATA_MISMATCH when it is not what the record says. */
  readonly verify?: boolean | undefined;
  /** Called now and then, in order; what it throws ends the copy. */
  readonly onProgress?: ((progress: CopyProgress) => void) | undefined;
}

/** How much one container may keep. */
export interface Quota {
  /** Bytes of all its items together, as recorded. */
  readonly bytesPerContainer: number;
}
