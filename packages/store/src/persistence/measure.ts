import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** How much of a file is read at once, in bytes; hashing it takes the thread for about a millisecond. */
const CHUNK = 1 << 20;

/**
 * Size in bytes and SHA-256 (`sha256:` and 64 hex digits) of an open file, read
 * in pieces. Rejects with the signal's reason when it is aborted on the way.
 */
export async function measure(
  handle: FileHandle,
  signal?: AbortSignal,
): Promise<{ size: number; digest: string }> {
  const hash = createHash("sha256");
  let chunk: Buffer | undefined;
  let size = 0;
  for (;;) {
    signal?.throwIfAborted();
    chunk ??= Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, (await handle.stat()).size + 1)));
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, size);
    if (bytesRead === 0) return { size, digest: `sha256:${hash.digest("hex")}` };
    hash.update(chunk.subarray(0, bytesRead));
    size += bytesRead;
  }
}
