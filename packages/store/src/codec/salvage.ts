import { CodecError } from "./codec-error.ts";
import { takeScanned } from "./decode-container.ts";
import { LazyContainer } from "./lazy-container.ts";
import type { DecodedRecord } from "./decode-file.ts";
import { ZERO_TIME } from "./go-time.ts";
import { JsonReader } from "./json-reader.ts";
import { memberOf } from "./members.ts";
import { readContainer } from "./read-container.ts";

/** Bytes from `start` up to, not including, `end` that hold no complete record. */
export interface Broken {
  readonly start: number;
  readonly end: number;
  /** Where reading failed, and why. */
  readonly offset: number;
  readonly reason: string;
  /** Which record of the file it is, counted from 1 with the complete ones; undefined outside of records. */
  readonly record: number | undefined;
}

/** A record, a broken stretch, or nothing: then it is a good moment to let others run. */
export type Salvaged = { readonly record: DecodedRecord } | { readonly broken: Broken } | undefined;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;
const OPEN_RECORD = 0x7b;
const QUOTE = 0x22;
const LONGEST_MEMBER = 64;

/**
 * What the search for records that are not just as Go writes them may cost, for
 * each byte of the file, and what each attempt costs at least: what is hostile
 * must not take for ever. After that only such as Go writes are found, which
 * takes a look at each byte, and no more.
 */
const EFFORT = 4;
const LEAST_COST = 1_024;

/**
 * Goes through a file of records, and past whatever is broken in it: gives
 * every complete record, and each stretch between that holds none. A sound file
 * gives its records, just as `visitFile` does.
 *
 * Inside a broken stretch the next record is where an object can be read that
 * has all the members which every record has; so a flag that looks like a
 * record is taken for one only when it has all of those.
 *
 * The bytes must not be changed while the records are in use.
 */
export function* salvageFile(bytes: Uint8Array, volatile: boolean): Generator<Salvaged, void> {
  if (bytes.length === 0) return;
  const reader = new JsonReader(bytes, 0, bytes.length);
  const search = new Search(reader, volatile);
  let expected: Expected = "list";
  let number = 0;
  for (;;) {
    const start = reader.at;
    // A NUL ends the file, as it does for `visitFile`.
    if (expected === "end" && reader.peek() <= 0) return;
    if (expected === "record") number += 1;
    let step: Step | undefined;
    const problem = attempt(() => (step = take(reader, expected, volatile)));
    if (step !== undefined) {
      if (step.record !== undefined) yield { record: step.record };
      expected = step.next;
      continue;
    }
    const record = yield* search.next(start);
    const broken: Broken = {
      start,
      end: record?.start ?? bytes.length,
      offset: problem?.offset ?? start,
      reason: problem?.reason ?? "",
      record: expected === "record" ? number : undefined,
    };
    yield { broken };
    if (record === undefined) return;
    yield { record };
    number += 1;
    expected = "separator";
  }
}

/** What must stand where the reader is. */
type Expected = "list" | "record" | "separator" | "end";

interface Step {
  readonly next: Expected;
  readonly record?: DecodedRecord;
}

/** @throws CodecError */
function take(reader: JsonReader, expected: Expected, volatile: boolean): Step {
  switch (expected) {
    case "list":
      if (reader.takeWord("null")) return { next: "end" };
      if (!reader.take(OPEN)) reader.fail("a list of records expected");
      return { next: reader.take(CLOSE) ? "end" : "record" };
    case "record":
      return { next: "separator", record: readRecord(reader, volatile) };
    case "separator":
      if (reader.take(COMMA)) return { next: "record" };
      if (reader.peek() >= 0 && reader.peek() !== CLOSE)
        return reader.fail("a comma or the end of the list expected");
      reader.expect(CLOSE);
      return { next: "end" };
    case "end":
      return reader.fail("something stands behind the list of records");
  }
}

function attempt(step: () => void): CodecError | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
}

/** @throws CodecError */
function readRecord(reader: JsonReader, volatile: boolean): DecodedRecord {
  reader.peek();
  const start = reader.at;
  const scanned = takeScanned(reader);
  if (scanned !== undefined)
    return { container: new LazyContainer(scanned, volatile), canonical: true, start, end: reader.at };
  const { container, canonical } = readContainer(reader, volatile);
  return { container, canonical, start, end: reader.at };
}

/** Looks for the next complete record behind a broken place. */
class Search {
  readonly #reader: JsonReader;
  readonly #volatile: boolean;
  #effort: number;

  constructor(reader: JsonReader, volatile: boolean) {
    this.#reader = reader;
    this.#volatile = volatile;
    this.#effort = EFFORT * reader.end + 100 * LEAST_COST;
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

  /** The record that begins there, with the reader behind it. */
  #read(start: number): DecodedRecord | undefined {
    const reader = this.#reader;
    reader.at = start;
    const scanned = takeScanned(reader);
    if (scanned !== undefined)
      return {
        container: new LazyContainer(scanned, this.#volatile),
        canonical: true,
        start,
        end: reader.at,
      };
    if (this.#effort < 0) return undefined;
    let record: DecodedRecord | undefined;
    const problem = attempt(() => (record = readRecord(reader, this.#volatile)));
    this.#effort -= LEAST_COST + (problem?.offset ?? reader.at) - start;
    return record !== undefined && isWhole(record, reader.bytes) ? record : undefined;
  }

  /** Whether the key of a record's member stands behind the brace. */
  #beginsRecord(brace: number): boolean {
    const reader = this.#reader;
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
