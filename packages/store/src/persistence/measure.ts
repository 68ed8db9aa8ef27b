import { createHash } from "node:crypto";
import { read, readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { promisify } from "node:util";
import type { OpenFile } from "./look.ts";

/** How much of a file is read at once, in bytes; hashing it takes the thread for about a millisecond. */
const CHUNK = 1 << 20;

/** A file of at most so many bytes is read at once, on the thread. */
const SMALL = 1 << 16;

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
  { fd, stats }: OpenFile,
  signal?: AbortSignal,
  onRead?: (bytes: number) => void,
): Promise<Measured> {
  const readOnThread: Read = (chunk, position) => readSync(fd, chunk, 0, chunk.length, position);
  const readInPool: Read = async (chunk, position) =>
    (await promisify(read)(fd, chunk, 0, chunk.length, position)).bytesRead;
  return await measureBy(stats.size <= SMALL ? readOnThread : readInPool, stats.size, signal, onRead);
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
