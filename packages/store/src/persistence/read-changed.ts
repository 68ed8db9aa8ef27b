import type { ChangedFile, KnownFile } from "../records/known-file.ts";
import type { ReadAt } from "./read-at.ts";

/** Bytes that are read at a time, and compared while the next are read. They stay in the processor's caches. */
const CHUNK = 1024 * 1024;

/** Files from this size on, in bytes, are worth it: smaller ones are read in one go. */
export const LARGE = 4 * CHUNK;

/**
 * Where a chunk differs is found this exactly, in bytes: about a record. What is between the ends is read and decoded in
 * fresh memory, each page of which costs more than to compare it a second time.
 */
const EXACT = 1024;

/** Memory for two chunks, to be used again and again. */
export type Chunks = readonly [Buffer, Buffer];

export const makeChunks = (): Chunks => [
  Buffer.allocUnsafeSlow(CHUNK + 1),
  Buffer.allocUnsafeSlow(CHUNK + 1),
];

/**
 * Reads a file from both ends for as far as it is as before, and keeps what is between.
 *
 * @param size of the file, in bytes
 * @returns undefined when it has another size by now, or most of it differs: then it is better read as a whole
 */
export async function readChanged(
  readAt: ReadAt,
  size: number,
  known: KnownFile,
  chunks: Chunks,
): Promise<ChangedFile | undefined> {
  const isThere = (bytes: Buffer, at: number): boolean => known.has(bytes, at);
  const head = await sameBytes(readAt, size, chunks, {
    limit: size,
    side: "start",
    placeOf: (done) => done,
    isThere,
  });
  if (head === undefined) return undefined;
  const tail = await sameBytes(readAt, size, chunks, {
    limit: size - head,
    side: "end",
    placeOf: (done, length) => size - done - length,
    isThere: (bytes, at) => isThere(bytes, at + known.size - size),
  });
  if (tail === undefined || (head + tail) * 2 < size) return undefined;
  const middle = Buffer.allocUnsafeSlow(size - head - tail);
  for (let filled = 0; filled < middle.length;) {
    const bytesRead = await readAt(middle, filled, middle.length - filled, head + filled);
    if (bytesRead === 0) return undefined;
    filled += bytesRead;
  }
  return { size, head, middle, tail };
}

interface End {
  /** How many bytes may be the same at most. */
  readonly limit: number;
  readonly side: "start" | "end";
  /** Where the next chunk stands when so many bytes are the same. */
  readonly placeOf: (done: number, length: number) => number;
  readonly isThere: (bytes: Buffer, at: number) => boolean;
}

/** How many bytes at one end are the same, more or less; undefined when the file has another size. */
async function sameBytes(
  readAt: ReadAt,
  size: number,
  chunks: Chunks,
  { limit, side, placeOf, isThere }: End,
): Promise<number | undefined> {
  const ask = (done: number): Asked | undefined => {
    const length = Math.min(CHUNK, limit - done);
    if (length === 0) return undefined;
    const at = placeOf(done, length);
    const bytes = chunks[(done / CHUNK) % 2]!;
    // Behind the last byte there must be none.
    const wanted = length + (at + length === size ? 1 : 0);
    const count = readAt(bytes, 0, wanted, at);
    return { bytes: bytes.subarray(0, length), at, count };
  };
  let done = 0;
  for (let asked = ask(0); asked !== undefined;) {
    const { bytes, at, count } = asked;
    if ((await count) !== bytes.length) return undefined;
    asked = ask(done + bytes.length);
    if (!isThere(bytes, at)) {
      // The memory will be used again.
      await asked?.count;
      return done + sameInside(bytes, side, (from, to) => isThere(bytes.subarray(from, to), at + from));
    }
    done += bytes.length;
  }
  return done;
}

/** How many bytes are the same at one side of a chunk that is not the same as a whole. */
function sameInside(
  { length }: Buffer,
  side: End["side"],
  isSame: (from: number, to: number) => boolean,
): number {
  let [same, limit] = [0, length];
  while (limit - same > EXACT) {
    const next = same + ((limit - same) >> 1);
    const isMore = side === "start" ? isSame(same, next) : isSame(length - next, length - same);
    if (isMore) same = next;
    else limit = next;
  }
  return same;
}

interface Asked {
  readonly bytes: Buffer;
  readonly at: number;
  readonly count: number | Promise<number>;
}
