import { CodecError } from "./codec-error.ts";
import { takeScanned } from "./decode-container.ts";
import type { DecodedRecord } from "./decode-file.ts";
import { ZERO_TIME } from "./go-time.ts";
import type { JsonReader } from "./json-reader.ts";
import { LazyContainer } from "./lazy-container.ts";
import { memberOf } from "./members.ts";
import { readContainer } from "./read-container.ts";

const OPEN_RECORD = 0x7b;
const QUOTE = 0x22;
const LONGEST_MEMBER = 64;

/**
 * What attempts to read a record may cost that come to nothing, in bytes for each byte of the
 * file, and what each costs at least: what is hostile must not take for ever. After that only
 * records just as Go writes them are found, which takes a few looks at each byte.
 *
 * It is enough for records that are all broken, in their smallest form; only objects
 * inside of objects that begin like records cost more. What is found costs nothing, since
 * the search goes on behind it.
 */
const EFFORT = 4;
const LEAST_COST = 256;

/** Reads records, and looks for the next complete one behind a broken place. */
export class RecordSearch {
  readonly #reader: JsonReader;
  readonly #volatile: boolean;
  #effort: number;
  #hasSkipped = false;

  constructor(reader: JsonReader, volatile: boolean) {
    this.#reader = reader;
    this.#volatile = volatile;
    this.#effort = EFFORT * reader.end + 100 * LEAST_COST;
  }

  /**
   * The record that must stand where the reader is.
   *
   * @throws CodecError
   */
  expect(): DecodedRecord {
    const reader = this.#reader;
    return (
      this.#scan() ?? (this.#isSpent(reader.at) ? reader.fail("a record expected") : this.#readLoosely())
    );
  }

  /** The record, with the reader behind it; undefined when there is none any more. */
  *next(from: number): Generator<undefined, DecodedRecord | undefined> {
    const { bytes, end } = this.#reader;
    let at = from;
    for (;;) {
      at = bytes.indexOf(OPEN_RECORD, at);
      if (at < 0 || at >= end) return undefined;
      if (this.#beginsRecord(at)) {
        const record = this.#read(at);
        if (record !== undefined) return record;
      }
      yield undefined;
      at += 1;
    }
  }

  /** Whether something was passed over since the last time that could have been a record. */
  takeSkipped(): boolean {
    const hasSkipped = this.#hasSkipped;
    this.#hasSkipped = false;
    return hasSkipped;
  }

  /** The record that begins there, with the reader behind it. */
  #read(start: number): DecodedRecord | undefined {
    const reader = this.#reader;
    reader.at = start;
    const scanned = this.#scan();
    if (scanned !== undefined) return scanned;
    if (this.#isSpent(start)) return undefined;
    let record: DecodedRecord | undefined;
    attempt(() => (record = this.#readLoosely()));
    if (record === undefined || isWhole(record, reader.bytes)) return record;
    this.#spend(start, reader.at);
    return undefined;
  }

  /** A record just as Go writes it. */
  #scan(): DecodedRecord | undefined {
    const reader = this.#reader;
    const start = reader.at;
    const scanned = takeScanned(reader);
    if (scanned === undefined) return undefined;
    const container = new LazyContainer(scanned, this.#volatile);
    return { container, canonical: true, start, end: reader.at };
  }

  /** @throws CodecError */
  #readLoosely(): DecodedRecord {
    const reader = this.#reader;
    const start = reader.at;
    try {
      const { container, canonical } = readContainer(reader, this.#volatile);
      return { container, canonical, start, end: reader.at };
    } catch (error) {
      this.#spend(start, error instanceof CodecError ? error.offset : reader.at);
      throw error;
    }
  }

  #spend(start: number, end: number): void {
    this.#effort -= LEAST_COST + end - start;
  }

  /** Whether what begins there, and may be a record, is passed over. */
  #isSpent(start: number): boolean {
    if (this.#effort >= 0) return false;
    if (this.#beginsRecord(start)) this.#hasSkipped = true;
    this.#reader.at = start;
    return true;
  }

  /** Whether the key of a record's member stands behind the brace. */
  #beginsRecord(brace: number): boolean {
    const reader = this.#reader;
    if (reader.bytes[brace] !== OPEN_RECORD) return false;
    reader.at = brace + 1;
    if (reader.peek() !== QUOTE) return false;
    const start = reader.at + 1;
    const close = reader.bytes.subarray(start, start + LONGEST_MEMBER).indexOf(QUOTE);
    return close > 0 && memberOf(reader.bytes.toString("latin1", start, start + close)) !== undefined;
  }
}

/** Whether it has what every record has. One that is as Go writes it does. */
function isWhole({ container, canonical, start, end }: DecodedRecord, bytes: Buffer): boolean {
  if (canonical) return true;
  if (container.id === "" || container.created === ZERO_TIME) return false;
  const text = bytes.toString("latin1", start, end);
  return /"image"\s*:/i.test(text) && /"layer"\s*:/i.test(text);
}

/** What was wrong with the bytes, if anything was. */
export function attempt(step: () => void): CodecError | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}
