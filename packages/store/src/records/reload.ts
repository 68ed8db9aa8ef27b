import { CodecError } from "../codec/codec-error.ts";
import { decodeFile } from "../codec/decode-file.ts";
import { endOfRun } from "./piece-list.ts";
import { entryOf, type RecordEntry } from "./record-entry.ts";

/** What reading a file again came to. */
export interface Reloaded {
  /** In the order of the file; those that did not change are the same objects as before. */
  readonly entries: readonly RecordEntry[];
  /** Records that had to be decoded. */
  readonly decoded: number;
}

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** Decodes a whole file; `source` is kept and must not be changed any more. @throws CodecError */
export function load(source: Buffer, volatile: boolean): Reloaded {
  const entries = decodeFile(source, volatile).map((record) => entryOf(record, source));
  return { entries, decoded: entries.length };
}

/**
 * The records of a file that was read again. Bytes are compared with the old
 * records' from both ends, and only the middle that differs is decoded.
 *
 * @param old the records as they were last read from or written to the file
 * @param bytes the file now; may be overwritten afterwards
 * @throws CodecError
 */
export function reload(old: readonly RecordEntry[], bytes: Buffer, volatile: boolean): Reloaded {
  const parts = commonEnds(old, bytes);
  if (parts !== undefined) {
    try {
      // The copy has brackets of its own, so that it is a file of records itself.
      const source = Buffer.allocUnsafe(parts.to - parts.from + 2);
      source[0] = OPEN;
      bytes.copy(source, 1, parts.from, parts.to);
      source[source.length - 1] = CLOSE;
      const middle = decodeFile(source, volatile).map((record) => entryOf(record, source));
      if (middle.length > 0 || parts.mayBeEmpty) {
        return {
          entries: [...old.slice(0, parts.head), ...middle, ...old.slice(old.length - parts.tail)],
          decoded: middle.length,
        };
      }
    } catch (error) {
      // The whole file says better where it is broken.
      if (!(error instanceof CodecError)) throw error;
    }
  }
  return load(Buffer.from(bytes), volatile);
}

interface CommonEnds {
  /** How many records at the beginning and at the end are as before. */
  readonly head: number;
  readonly tail: number;
  /** The bytes in between, without the commas that separate them from the two. */
  readonly from: number;
  readonly to: number;
  /** Whether there may be no record in between. */
  readonly mayBeEmpty: boolean;
}

/** Undefined when the file has not the usual form, or nothing in common. */
function commonEnds(old: readonly RecordEntry[], bytes: Buffer): CommonEnds | undefined {
  if (old.length === 0 || bytes.length < 2) return undefined;
  if (bytes[0] !== OPEN || bytes[bytes.length - 1] !== CLOSE) return undefined;
  const head = commonHead(old, bytes);
  const tail = commonTail(old, bytes, head);
  if (head.count === 0 && tail.count === 0) return undefined;
  const inner = { start: head.at, end: tail.at };
  // Between the last common record and what follows stands one comma, or the end of the list.
  if (head.count > 0 && tail.count > 0) {
    if (inner.end === inner.start + 1 && bytes[inner.start] === COMMA) {
      return { head: head.count, tail: tail.count, from: inner.end, to: inner.end, mayBeEmpty: true };
    }
    if (bytes[inner.start] !== COMMA || bytes[inner.end - 1] !== COMMA || inner.end - inner.start < 3)
      return undefined;
    return {
      head: head.count,
      tail: tail.count,
      from: inner.start + 1,
      to: inner.end - 1,
      mayBeEmpty: false,
    };
  }
  if (inner.start === inner.end) {
    return { head: head.count, tail: tail.count, from: inner.end, to: inner.end, mayBeEmpty: true };
  }
  if (head.count > 0) {
    if (bytes[inner.start] !== COMMA) return undefined;
    return { head: head.count, tail: 0, from: inner.start + 1, to: inner.end, mayBeEmpty: false };
  }
  if (bytes[inner.end - 1] !== COMMA) return undefined;
  return { head: 0, tail: tail.count, from: inner.start, to: inner.end - 1, mayBeEmpty: false };
}

interface CommonEnd {
  readonly count: number;
  /** Head: the byte behind its last record. Tail: the first byte of its first record. */
  readonly at: number;
}

/** Whole stretches of one source are compared at once; only one that differs is looked at record by record. */
function commonHead(old: readonly RecordEntry[], bytes: Buffer): CommonEnd {
  const last = bytes.length - 1;
  let count = 0;
  let at = 1;
  while (count < old.length && old[count]!.source !== undefined) {
    const from = count === 0 ? at : at + 1;
    if (count > 0 && bytes[at] !== COMMA) break;
    const next = endOfRun(old, count);
    if (isSame(old[count]!, old[next - 1]!, bytes, from, last)) {
      at = from + (old[next - 1]!.end - old[count]!.start);
      count = next;
      continue;
    }
    let start = from;
    while (count < next && isSame(old[count]!, old[count]!, bytes, start, last)) {
      at = start + (old[count]!.end - old[count]!.start);
      count += 1;
      if (bytes[at] !== COMMA) break;
      start = at + 1;
    }
    break;
  }
  return { count, at };
}

function commonTail(old: readonly RecordEntry[], bytes: Buffer, head: CommonEnd): CommonEnd {
  // A comma stands between the two ends, unless the tail is all there is.
  const lowest = head.count === 0 ? 1 : head.at + 1;
  let count = 0;
  let at = bytes.length - 1;
  while (count < old.length - head.count) {
    if (count > 0 && bytes[at - 1] !== COMMA) break;
    const end = count === 0 ? at : at - 1;
    const last = old.length - 1 - count;
    const first = startOfRun(old, last, head.count);
    const found = [first, last].find((from) => {
      const start = end - (old[last]!.end - old[from]!.start);
      return start >= lowest && isSame(old[from]!, old[last]!, bytes, start, end);
    });
    if (found === undefined) break;
    at = end - (old[last]!.end - old[found]!.start);
    count = old.length - found;
  }
  return { count, at };
}

/** The first record of the stretch of one source that ends with `last`, not before `limit`. */
function startOfRun(entries: readonly RecordEntry[], last: number, limit: number): number {
  let at = last;
  while (at > limit) {
    const entry = entries[at]!;
    const before = entries[at - 1]!;
    if (before.source !== entry.source || entry.start !== before.end + 1) break;
    if (before.source?.[before.end] !== COMMA) break;
    at -= 1;
  }
  return at;
}

/** Whether the bytes from `at` on are those of the stretch from `first` to `last`, and end before `limit` or there. */
function isSame(first: RecordEntry, last: RecordEntry, bytes: Buffer, at: number, limit: number): boolean {
  const length = last.end - first.start;
  if (at + length > limit || first.source === undefined) return false;
  return bytes.compare(first.source, first.start, last.end, at, at + length) === 0;
}
