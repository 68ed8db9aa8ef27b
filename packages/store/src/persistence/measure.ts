import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { OpenFile } from "./look.ts";
import { readerOf } from "./read-at.ts";

/** How much of a file is read at once, in bytes; hashing it takes the thread for about a millisecond. */
const CHUNK = 1 << 20;

export interface Measured {
  /** Bytes. */
  readonly size: number;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
}

type Read = (chunk: Buffer, position: number) => number | Promise<number>;

/** Size and SHA-256 of an open file, read in pieces. Rejects with the signal's reason when that is aborted. */
export async function measure(handle: FileHandle, signal?: AbortSignal): Promise<Measured> {
  const { size } = await handle.stat();
  return await measureBy(
    async (chunk, position) => (await handle.read(chunk, 0, chunk.length, position)).bytesRead,
    size,
    signal,
  );
}

/** As `measure`. `onRead` is told how many bytes were read so far, for each piece of a larger file. */
export async function measureFile(
  file: OpenFile,
  signal?: AbortSignal,
  onRead?: (bytes: number) => void,
): Promise<Measured> {
  const readAt = readerOf(file);
  return await measureBy(
    (chunk, position) => readAt(chunk, 0, chunk.length, position),
    file.stats.size,
    signal,
    onRead,
  );
}

async function measureBy(
  readChunk: Read,
  expected: number,
  signal: AbortSignal | undefined,
  onRead?: (bytes: number) => void,
): Promise<Measured> {
  const hash = createHash("sha256");
  // One byte more than there should be, so that the end is often found with the first call.
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK, expected + 1));
  let size = 0;
  for (;;) {
    signal?.throwIfAborted();
    const length = await readChunk(chunk, size);
    if (length === 0) return { size, digest: `sha256:${hash.digest("hex")}` };
    hash.update(chunk.subarray(0, length));
    size += length;
    if (size >= CHUNK) onRead?.(size);
  }
}
