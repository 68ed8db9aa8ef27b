import { CodecError } from "./codec-error.ts";
import { type DecodedContainer, takeScanned } from "./decode-container.ts";
import { JsonReader } from "./json-reader.ts";
import { RecordMatcher } from "./match-record.ts";
import { readContainer } from "./read-container.ts";
import type { Container } from "../model/container.ts";

/** A record and where its bytes stand: from `start` up to, not including, `end`. */
export interface DecodedRecord extends DecodedContainer {
  readonly start: number;
  readonly end: number;
}

/** Told of each record: what it is, whether it is canonical, and where it stands. */
export type Visit = (container: Container, canonical: boolean, start: number, end: number) => void;

const OPEN = 0x5b;
const CLOSE = 0x5d;
const COMMA = 0x2c;

/** The records of a whole file, in order: see `visitFile`. @throws CodecError */
export function decodeFile(bytes: Uint8Array, volatile: boolean): DecodedRecord[] {
  const records: DecodedRecord[] = [];
  visitFile(bytes, volatile, (container, canonical, start, end) => {
    records.push({ container, canonical, start, end });
  });
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
 * @throws CodecError, when some records may have been visited
 */
export function visitFile(bytes: Uint8Array, volatile: boolean, visit: Visit): void {
  if (bytes.length === 0) return;
  const reader = new JsonReader(bytes, 0, bytes.length);
  if (!reader.takeWord("null")) {
    if (reader.peek() !== OPEN) reader.fail("a list of records expected");
    reader.at += 1;
    if (!reader.take(CLOSE)) {
      visitSequence(reader, volatile, visit);
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
export function visitRecords(bytes: Uint8Array, volatile: boolean, visit: Visit): void {
  const reader = new JsonReader(bytes, 0, bytes.length);
  visitSequence(reader, volatile, visit);
  if (reader.peek() >= 0) reader.fail("a comma expected");
}

function visitSequence(reader: JsonReader, volatile: boolean, visit: Visit): void {
  const usual = new RecordMatcher(reader.bytes, volatile);
  let number = 1;
  try {
    for (;;) {
      reader.peek();
      const start = reader.at;
      const matched = usual.take(start);
      if (matched !== undefined) reader.at = matched.end;
      const container = matched ?? takeScanned(reader, volatile);
      if (container !== undefined) {
        visit(container, true, start, reader.at);
      } else {
        const decoded = readContainer(reader, volatile);
        visit(decoded.container, decoded.canonical, start, reader.at);
      }
      if (!reader.take(COMMA)) break;
      number += 1;
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new CodecError(error.reason, error.offset, number);
  }
  if (reader.peek() >= 0 && reader.peek() !== CLOSE) reader.fail("a comma or the end of the list expected");
}
