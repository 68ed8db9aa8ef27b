import { read, readSync } from "node:fs";
import { promisify } from "node:util";
import type { OpenFile } from "./look.ts";

/** Reads into `buffer` from a place in a file, in bytes; gives how many there were, 0 at the end. */
export type ReadAt = (
  buffer: Buffer,
  offset: number,
  length: number,
  position: number,
) => number | Promise<number>;

/**
 * A file of at most so many bytes is read at once, on the thread: a detour through the thread pool costs more than
 * that.
 */
const SMALL = 1 << 18;

const readAside = promisify(read);

/** How a file of this size is best read. */
export function readerOf({ fd, stats }: OpenFile): ReadAt {
  return stats.size <= SMALL
    ? (buffer, offset, length, position) => readSync(fd, buffer, offset, length, position)
    : async (buffer, offset, length, position) =>
        (await readAside(fd, buffer, offset, length, position)).bytesRead;
}
