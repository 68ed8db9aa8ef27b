import { CodecError } from "../codec/codec-error.ts";
import { replaceStretch } from "../model/replace-stretch.ts";
import type { RecordEntry } from "./record-entry.ts";
import { reload, type Reloaded } from "./reload.ts";
import { endOfRun } from "./runs.ts";

/** A file of which only the middle is at hand: what is before and behind it is as it was. Lengths are in bytes. */
export interface ChangedFile {
  readonly size: number;
  readonly head: number;
  readonly middle: Buffer;
  readonly tail: number;
}

interface Piece {
  readonly bytes: Uint8Array;
  /** Where it begins in the file. */
  readonly at: number;
  /** Which is the first record that stands in it, or behind it. */
  readonly first: number;
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
const BEGIN = Buffer.from("[");
const BETWEEN = Buffer.from(",");
const END = Buffer.from("]");
const NOTHING = Buffer.alloc(0);

/**
 * The file of some records as it was last read or written, in pieces. With it a
 * file that is read again need not be at hand as a whole: what is as before is
 * compared while the rest is still being read, and let go at once.
 */
export class KnownFile {
  readonly #entries: readonly RecordEntry[];
  readonly #pieces: readonly Piece[];
  /** In bytes. */
  readonly size: number;

  private constructor(entries: readonly RecordEntry[], pieces: readonly Piece[], size: number) {
    this.#entries = entries;
    this.#pieces = pieces;
    this.size = size;
  }

  /** Undefined when not all records have bytes that stand for them. */
  static of(entries: readonly RecordEntry[]): KnownFile | undefined {
    const pieces: Piece[] = [];
    let size = 0;
    const add = (bytes: Uint8Array, first: number): void => {
      pieces.push({ bytes, at: size, first });
      size += bytes.length;
    };
    for (let first = 0; first < entries.length;) {
      const { source, start } = entries[first]!;
      if (source === undefined) return undefined;
      add(first === 0 ? BEGIN : BETWEEN, first);
      const next = endOfRun(entries, first);
      add(source.subarray(start, entries[next - 1]!.end), first);
      first = next;
    }
    if (size === 0) return undefined;
    add(END, entries.length);
    return new KnownFile(entries, pieces, size);
  }

  /** Whether just these bytes stand there. */
  has(bytes: Buffer, at: number): boolean {
    if (at < 0 || at + bytes.length > this.size) return false;
    let done = 0;
    for (let index = this.#pieceAt(at); done < bytes.length; index += 1) {
      const piece = this.#pieces[index]!;
      const from = at + done - piece.at;
      const length = Math.min(piece.bytes.length - from, bytes.length - done);
      if (bytes.compare(piece.bytes, from, from + length, done, done + length) !== 0) return false;
      done += length;
    }
    return true;
  }

  /**
   * The records of a changed file: as `reload` of the whole.
   *
   * @returns undefined when only the whole file can tell, as it is damaged or of another form than we write
   */
  reload(file: ChangedFile, volatile: boolean): Reloaded | undefined {
    const entries = this.#entries;
    const before = this.#wholeBefore(file.head);
    const behind = this.#wholeBehind(file.tail, before.count);
    // What is between these records, without the commas that separate it from them.
    const from = before.length;
    const to = file.size - behind.length;
    const isEmpty = before.count > 0 && behind.count > 0 && to === from - 1;
    if (to <= from && !isEmpty) return undefined;
    if (this.#bytesOf(file, 0, 1)[0] !== OPEN) return undefined;
    if (this.#bytesOf(file, file.size - 1, file.size)[0] !== CLOSE) return undefined;
    const old = entries.slice(before.count, entries.length - behind.count);
    const between = decodeBetween(old, isEmpty ? NOTHING : this.#bytesOf(file, from, to), volatile);
    // Between two commas there must be a record.
    if (between === undefined || (between.entries.length === 0 && !isEmpty)) return undefined;
    const isSame = between.before.length === 0 && between.after.length === 0;
    return {
      ...between,
      entries: isSame ? entries : replaceStretch(entries, before.count, old.length, between.entries),
      compared: file.head + file.tail + between.compared,
    };
  }

  #bytesOf({ size, head, middle, tail }: ChangedFile, from: number, to: number): Buffer {
    // What is behind the middle is counted from the end, as it may have moved.
    const moved = this.size - size;
    return Buffer.concat([
      ...this.#slice(from, Math.min(to, head)),
      middle.subarray(Math.max(0, from - head), Math.max(0, to - head)),
      ...this.#slice(Math.max(from, size - tail) + moved, to + moved),
    ]);
  }

  #slice(from: number, to: number): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let at = from; at < to;) {
      const piece = this.#pieces[this.#pieceAt(at)]!;
      parts.push(piece.bytes.subarray(at - piece.at, to - piece.at));
      at = piece.at + piece.bytes.length;
    }
    return parts;
  }

  /** The bracket and the first records that stand in so many bytes, each with the comma behind it. */
  #wholeBefore(limit: number): WholeRecords {
    const lengthTo = (count: number): number => (count === 0 ? 1 : this.#place(count - 1).end + 1);
    const count = countWhile(this.#entries.length - 1, (index) => lengthTo(index + 1) <= limit);
    return { count, length: lengthTo(count) };
  }

  /** The bracket and the last records that stand in so many bytes, each with the comma before it; none of the first ones. */
  #wholeBehind(limit: number, first: number): WholeRecords {
    const all = this.#entries.length;
    const lengthOf = (count: number): number =>
      count === 0 ? 1 : this.size - this.#place(all - count).start + 1;
    const count = countWhile(all - Math.max(first, 1), (index) => lengthOf(index + 1) <= limit);
    return { count, length: lengthOf(count) };
  }

  /** Where a record stands in the file. */
  #place(index: number): { readonly start: number; readonly end: number } {
    const { at, first } =
      this.#pieces[countWhile(this.#pieces.length, (n) => this.#pieces[n]!.first <= index) - 1]!;
    const { start, end } = this.#entries[index]!;
    const from = at - this.#entries[first]!.start;
    return { start: from + start, end: from + end };
  }

  #pieceAt(at: number): number {
    return countWhile(this.#pieces.length, (index) => this.#pieces[index]!.at <= at) - 1;
  }
}

/** How many of the numbers from 0 on a condition holds for that holds for none behind the first for which it does not. */
function countWhile(most: number, holds: (index: number) => boolean): number {
  let [low, high] = [0, most];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface WholeRecords {
  readonly count: number;
  readonly length: number;
}

/** Undefined when the bytes are not records with commas between them, and nothing else. */
function decodeBetween(old: readonly RecordEntry[], bytes: Buffer, volatile: boolean): Reloaded | undefined {
  // It ends a list for whoever reads it, wherever the list ends.
  if (bytes.includes(0)) return undefined;
  try {
    return reload(old, Buffer.concat([Buffer.from("["), bytes, Buffer.from("]")]), volatile);
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
