import { CodecError } from "../codec/codec-error.ts";
import { planFile } from "./piece-list.ts";
import type { RecordEntry } from "./record-entry.ts";
import { reload, type Reloaded } from "./reload.ts";

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
}

const OPEN = 0x5b;
const CLOSE = 0x5d;
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
    if (entries.length === 0 || entries.some(({ source }) => source === undefined)) return undefined;
    const { pieces, size } = planFile(entries);
    let at = 0;
    const placed = pieces.map((bytes) => {
      const piece = { bytes, at };
      at += bytes.length;
      return piece;
    });
    return new KnownFile(entries, placed, size);
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
    const rest = entries.slice(entries.length - behind.count);
    return {
      ...between,
      entries: isSame ? entries : entries.slice(0, before.count).concat(between.entries, rest),
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
    let [count, length] = [0, 1];
    while (count < this.#entries.length - 1) {
      const { start, end } = this.#entries[count]!;
      if (length + end - start + 1 > limit) break;
      length += end - start + 1;
      count += 1;
    }
    return { count, length };
  }

  /** The bracket and the last records that stand in so many bytes, each with the comma before it; none of the first ones. */
  #wholeBehind(limit: number, first: number): WholeRecords {
    let [count, length] = [0, 1];
    for (let index = this.#entries.length - 1; index >= Math.max(first, 1); index -= 1) {
      const { start, end } = this.#entries[index]!;
      if (length + end - start + 1 > limit) break;
      length += end - start + 1;
      count += 1;
    }
    return { count, length };
  }

  #pieceAt(at: number): number {
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle]!.at <= at) low = middle;
      else high = middle - 1;
    }
    return low;
  }
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
