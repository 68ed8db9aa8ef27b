import type { DecodedRecord } from "../codec/decode-file.ts";
import type { Container } from "../model/container.ts";

/**
 * A record, and the bytes that stand for it in a file where they are known:
 * `source` from `start` up to, not including, `end`. Records whose bytes are
 * known are copied when their file is saved, the others are encoded.
 */
export class RecordEntry {
  readonly container: Container;
  source: Buffer | undefined;
  start: number;
  end: number;

  constructor(container: Container, source: Buffer | undefined, start: number, end: number) {
    this.container = container;
    this.source = source;
    this.start = start;
    this.end = end;
  }

  /** Says which bytes stand for the record from now on. */
  placeAt(source: Buffer, start: number, end: number): void {
    this.source = source;
    this.start = start;
    this.end = end;
  }
}

/** A new or changed record: no file has it yet. */
export function newEntry(container: Container): RecordEntry {
  return new RecordEntry(container, undefined, 0, 0);
}

/**
 * A record as it was read. One that Go would write otherwise (white space, other
 * order, escapes that are not needed) keeps no bytes: when its file is saved it
 * is written in the usual form, as containers/storage does with all records.
 */
export function entryOf(record: DecodedRecord, source: Buffer): RecordEntry {
  return record.canonical
    ? new RecordEntry(record.container, source, record.start, record.end)
    : newEntry(record.container);
}
