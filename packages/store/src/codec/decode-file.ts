import { CodecError } from "./codec-error.ts";
import { type DecodedContainer, takeScanned } from "./decode-container.ts";
import { JsonReader } from "./json-reader.ts";
import { LazyContainer, type UnreadRecord } from "./lazy-container.ts";
import { RecordMatcher } from "./match-record.ts";
import { readContainer } from "./read-container.ts";

/** A record and where its bytes stand: from `start` up to, not including, `end`. */
export interface DecodedRecord extends DecodedContainer {
  readonly start: number;
  readonly end: number;
}

/** What is told of the records of a file. */
export interface Visitor {
  /** One that is as Go writes it, and has been looked through only. */
  unread(record: UnreadRecord): void;
  /** Any other; it stands from `start` up to, not including, `end`. */
  decoded(record: DecodedContainer, start: number, end: number): void;
}

/** Work in steps that are far shorter than anybody notices. */
export type Steps<Result = void> = Generator<undefined, Result>;

/** Takes all steps at once. */
export function toTheEnd<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

const RECORDS_IN_STEP = 64;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/** The records of a whole file, in order: see `visitFile`. @throws CodecError */
export function decodeFile(bytes: Uint8Array, volatile: boolean): DecodedRecord[] {
  const records: DecodedRecord[] = [];
  toTheEnd(
    visitFile(bytes, volatile, {
      unread(record) {
        const { start, end } = record;
        records.push({ container: new LazyContainer(record, volatile), canonical: true, start, end });
      },
      decoded(record, start, end) {
        records.push({ ...record, start, end });
      },
    }),
  );
  return records;
}

/**
 * Visits the records of a whole file, in order. No bytes at all, `null` and `[]`
 * are no records. A NUL behind the list ends the file, whatever follows, as in
 * containers/storage. A `null` in the list, which ends containers/storage with a
 * panic, is an error like any other.
 *
 * The bytes must not be changed afterwards: most of each record is decoded when
 * it is asked for. All that may be wrong is found now.
 *
 * Stops after each few records, so that its caller can let others run: see `toTheEnd`.
 *
 * @throws CodecError, when some records may have been visited
 */
export function* visitFile(bytes: Uint8Array, volatile: boolean, visitor: Visitor): Steps {
  if (bytes.length === 0) return;
  const reader = new JsonReader(bytes, 0, bytes.length);
  if (!reader.takeWord("null")) {
    if (reader.peek() !== OPEN) reader.fail("a list of records expected");
    reader.at += 1;
    if (!reader.take(CLOSE)) {
      yield* visitSequence(reader, volatile, visitor);
      reader.expect(CLOSE);
    }
  }
  if (reader.peek() > 0) reader.fail("something stands behind the list of records");
}

/**
 * Visits records with commas between them, without the brackets of a list; these
 * must be all of the bytes. For the rest see `visitFile`.
 *
 * @throws CodecError
 */
export function visitRecords(bytes: Uint8Array, volatile: boolean, visitor: Visitor): void {
  const reader = new JsonReader(bytes, 0, bytes.length);
  toTheEnd(visitSequence(reader, volatile, visitor));
  if (reader.peek() >= 0) reader.fail("a comma expected");
}

function* visitSequence(reader: JsonReader, volatile: boolean, visitor: Visitor): Steps {
  const usual = new RecordMatcher(reader.bytes);
  let number = 1;
  try {
    for (;;) {
      reader.peek();
      const start = reader.at;
      const matched = usual.take(start);
      if (matched !== undefined) reader.at = matched.end;
      const unread = matched ?? takeScanned(reader);
      if (unread !== undefined) visitor.unread(unread);
      else visitor.decoded(readContainer(reader, volatile), start, reader.at);
      if (!reader.take(COMMA)) break;
      if (number % RECORDS_IN_STEP === 0) yield;
      number += 1;
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new CodecError(error.reason, error.offset, number);
  }
  if (reader.peek() >= 0 && reader.peek() !== CLOSE) reader.fail("a comma or the end of the list expected");
}
