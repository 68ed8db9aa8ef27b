import type { RecordEntry } from "./record-entry.ts";
import { endOfRun, startOfRun } from "./runs.ts";

/** What a file has in common with the records that were read from it or written to it before. */
export interface CommonEnds {
  /** How many records at the beginning and at the end are as before. */
  readonly head: number;
  readonly tail: number;
  /** The bytes that differ, without the commas that separate them from the two; no byte when from === to. */
  readonly from: number;
  readonly to: number;
  /** Bytes that were compared. */
  readonly compared: number;
}

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/**
 * Compares a file with its old records from both ends, whole runs at once. The
 * work is that of comparing the file's bytes about once.
 *
 * Where the head ends is certain: bytes that were a record behind a bracket or a
 * comma are one again. The tail is only likely, as its first bytes may stand
 * inside a string now: it is there when the bytes between are whole records,
 * which the caller has to see.
 *
 * @returns undefined when nothing is in common, or the file has another form
 * than `[`, records and single commas, `]`
 */
export function commonEnds(old: readonly RecordEntry[], bytes: Buffer): CommonEnds | undefined {
  const last = bytes.length - 1;
  if (last < 1 || bytes[0] !== OPEN || bytes[last] !== CLOSE) return undefined;
  const comparison = new Comparison(old, bytes);
  const head = comparison.head();
  // A comma stands between the two ends, unless the tail is all there is.
  const tail = comparison.tail(head.count, head.count === 0 ? 1 : head.at + 1);
  if (head.count === 0 && tail.count === 0) return undefined;
  const common = { head: head.count, tail: tail.count, compared: comparison.compared };
  const isWhole = tail.count === 0 ? head.at === last : tail.at === (head.count === 0 ? 1 : head.at + 1);
  if (isWhole) {
    if (head.count > 0 && tail.count > 0 && bytes[head.at] !== COMMA) return undefined;
    return { ...common, from: tail.at, to: tail.at };
  }
  const from = head.count === 0 ? 1 : head.at + 1;
  const to = tail.count === 0 ? last : tail.at - 1;
  if (from >= to) return undefined;
  if (head.count > 0 && bytes[head.at] !== COMMA) return undefined;
  if (tail.count > 0 && bytes[tail.at - 1] !== COMMA) return undefined;
  return { ...common, from, to };
}

interface CommonEnd {
  readonly count: number;
  /** Head: the byte behind its last record. Tail: the first byte of its first record. */
  readonly at: number;
}

class Comparison {
  readonly #old: readonly RecordEntry[];
  readonly #bytes: Buffer;
  readonly #last: number;
  compared = 0;

  constructor(old: readonly RecordEntry[], bytes: Buffer) {
    this.#old = old;
    this.#bytes = bytes;
    this.#last = bytes.length - 1;
  }

  head(): CommonEnd {
    const old = this.#old;
    let count = 0;
    let at = 0;
    while (count < old.length && old[count]!.source !== undefined) {
      if (count > 0 && this.#bytes[at] !== COMMA) break;
      const from = at + 1;
      const end = endOfRun(old, count);
      const same = this.#sameFromStart(count, end, from);
      if (same === 0) break;
      at = from + old[count + same - 1]!.end - old[count]!.start;
      count += same;
      if (count < end) break;
    }
    return { count, at };
  }

  /** @param head how many records are in the head; @param lowest where a record of the tail may begin at the earliest */
  tail(head: number, lowest: number): CommonEnd {
    const old = this.#old;
    let first = old.length;
    let at = this.#last;
    while (first > head && old[first - 1]!.source !== undefined) {
      if (first < old.length && this.#bytes[at - 1] !== COMMA) break;
      const end = first === old.length ? at : at - 1;
      const start = startOfRun(old, first - 1, head);
      const same = this.#sameToEnd(start, first, end, lowest);
      if (same === 0) break;
      at = end - (old[first - 1]!.end - old[first - same]!.start);
      first -= same;
      if (first > start) break;
    }
    return { count: old.length - first, at };
  }

  /** How many records of the run from `first` to `end` stand one after the other from `at` on. */
  #sameFromStart(first: number, end: number, at: number): number {
    const { start } = this.#old[first]!;
    let known = first;
    let limit = end;
    // The whole run first: most often nothing differs. Then by halves of what is not known.
    let next = end;
    while (known < limit) {
      const begin = at + this.#old[known]!.start - start;
      if (this.#isSame(known, next, begin, this.#last)) known = next;
      else limit = next - 1;
      next = known + Math.ceil((limit - known) / 2);
    }
    return known - first;
  }

  /** How many records at the end of the run from `first` to `end` stand before `at`, none of them before `lowest`. */
  #sameToEnd(first: number, end: number, at: number, lowest: number): number {
    const stop = this.#old[end - 1]!.end;
    let known = end;
    let limit = first;
    let next = first;
    while (known > limit) {
      const begin = at - (stop - this.#old[next]!.start);
      const until = at - (stop - this.#old[known - 1]!.end);
      if (begin >= lowest && this.#isSame(next, known, begin, until)) known = next;
      else limit = next + 1;
      next = known - Math.ceil((known - limit) / 2);
    }
    return end - known;
  }

  /** Whether the bytes of a run from `at` on are those of its records from `first` to `end`, and end not behind `limit`. */
  #isSame(first: number, end: number, at: number, limit: number): boolean {
    const { source, start } = this.#old[first]!;
    const stop = this.#old[end - 1]!.end;
    const length = stop - start;
    if (source === undefined || at + length > limit) return false;
    this.compared += length;
    return this.#bytes.compare(source, start, stop, at, at + length) === 0;
  }
}
