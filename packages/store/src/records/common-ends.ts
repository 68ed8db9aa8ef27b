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
  if (bytes[0] !== OPEN || bytes[last] !== CLOSE) return undefined;
  const comparison = new Comparison(old, bytes);
  const head = comparison.head();
  // Behind the comma that follows the head, or behind the bracket where there is none.
  const from = head.at + 1;
  const tail = comparison.tail(head.count, from);
  if (head.count === 0 && tail.count === 0) return undefined;
  const common = { head: head.count, tail: tail.count, compared: comparison.compared };
  const isWhole = tail.count === 0 ? head.at === last : tail.at === from;
  if (isWhole) {
    if (head.count > 0 && tail.count > 0 && bytes[head.at] !== COMMA) return undefined;
    return { ...common, from: tail.at, to: tail.at };
  }
  const to = tail.count === 0 ? last : tail.at - 1;
  if (from >= to) return undefined;
  if (head.count > 0 && bytes[head.at] !== COMMA) return undefined;
  if (tail.count > 0 && bytes[tail.at - 1] !== COMMA) return undefined;
  return { ...common, from, to };
}

interface CommonEnd {
  readonly count: number;
  /** Head: the byte behind its last record, or the bracket's. Tail: the first byte of its first record. */
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
    while (count < old.length) {
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
    while (first > head) {
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

  /** How many records of the run from `first` to `end` stand one after the other from `at` on, with commas between. */
  #sameFromStart(first: number, end: number, at: number): number {
    const { source, start } = this.#old[first]!;
    if (source === undefined) return 0;
    let known = first;
    let limit = end;
    // The whole run first: most often nothing differs. Then by halves of what is not known.
    let next = end;
    while (known < limit) {
      // The comma before is compared with the record, since the source has it as well.
      const from = known === first ? start : this.#old[known - 1]!.end;
      const to = this.#old[next - 1]!.end;
      if (at + to - start <= this.#last && this.#isSame(source, from, to, at + from - start)) known = next;
      else limit = next - 1;
      next = known + Math.ceil((limit - known) / 2);
    }
    return known - first;
  }

  /** The same at the end of the run, before `at`; no record begins before `lowest`. */
  #sameToEnd(first: number, end: number, at: number, lowest: number): number {
    const { source, end: stop } = this.#old[end - 1]!;
    if (source === undefined) return 0;
    let known = end;
    let limit = first;
    let next = first;
    while (known > limit) {
      const from = this.#old[next]!.start;
      const to = known === end ? stop : this.#old[known]!.start;
      const begin = at - (stop - from);
      if (begin >= lowest && this.#isSame(source, from, to, begin)) known = next;
      else limit = next + 1;
      next = known - Math.ceil((known - limit) / 2);
    }
    return end - known;
  }

  #isSame(source: Buffer, from: number, to: number, at: number): boolean {
    const length = to - from;
    this.compared += length;
    return this.#bytes.compare(source, from, to, at, at + length) === 0;
  }
}
