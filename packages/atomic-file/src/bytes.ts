import type { FileData } from "./options.ts";

/** The most pieces the system takes in one call (IOV_MAX on Linux, macOS and the BSDs). */
export const MAX_PIECES = 1024;

/** The pieces of a content, none copied. Throws a TypeError when it is no content. */
export function piecesOf(data: FileData): readonly Uint8Array[] {
  if (typeof data === "string") return [Buffer.from(data)];
  if (data instanceof Uint8Array) return [data];
  if (!Array.isArray(data))
    throw new TypeError("data must be a string, a Uint8Array or a list of Uint8Arrays");
  for (const piece of data as unknown[]) {
    if (!(piece instanceof Uint8Array)) throw new TypeError("every piece of data must be a Uint8Array");
  }
  return data as readonly Uint8Array[];
}

export function sizeOf(pieces: readonly Uint8Array[]): number {
  let size = 0;
  for (const piece of pieces) size += piece.length;
  return size;
}

/**
 * The same bytes in the same order, in groups for one system call each: at most MAX_PIECES pieces and `limit` bytes.
 * Empty pieces are left out, large ones are cut (as views, without copying).
 */
export function* groups(
  pieces: readonly Uint8Array[],
  limit: number,
): Generator<Uint8Array[], void, undefined> {
  let group: Uint8Array[] = [];
  let room = limit;
  for (const piece of pieces) {
    for (let start = 0; start < piece.length;) {
      const part = start === 0 && piece.length <= room ? piece : piece.subarray(start, start + room);
      group.push(part);
      start += part.length;
      room -= part.length;
      if (room === 0 || group.length === MAX_PIECES) {
        yield group;
        group = [];
        room = limit;
      }
    }
  }
  if (group.length > 0) yield group;
}

/** What is left of a group when its first `written` bytes are done. */
export function rest(group: readonly Uint8Array[], written: number): Uint8Array[] {
  let done = written;
  let at = 0;
  for (; at < group.length; at += 1) {
    const { length } = group[at] as Uint8Array;
    if (done < length) break;
    done -= length;
  }
  const left = group.slice(at);
  if (done > 0) left[0] = (left[0] as Uint8Array).subarray(done);
  return left;
}
