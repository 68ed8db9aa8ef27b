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

/** At most so many bytes are read at once, on the thread: a detour through the thread pool costs more than that. */
const SMALL = 1 << 18;

const readAside = promisify(read);

/** How so many bytes of a file are best read. */
export function readerOf({ fd }: OpenFile): ReadAt {
  return (buffer, offset, length, position) =>
    length <= SMALL
      ? readSync(fd, buffer, offset, length, position)
      : readAside(fd, buffer, offset, length, position).then(({ bytesRead }) => bytesRead);
}
