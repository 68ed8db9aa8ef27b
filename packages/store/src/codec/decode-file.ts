import { CodecError } from "./codec-error.ts";
import { type DecodedContainer, readContainer } from "./decode-container.ts";
import { JsonReader } from "./json-reader.ts";

/** A record and where its bytes stand in the file: from `start` up to, not including, `end`. */
export interface DecodedRecord extends DecodedContainer {
  readonly start: number;
  readonly end: number;
}

/**
 * The records of a whole file, in order. No bytes at all, `null` and `[]` are
 * no records. A NUL behind the list ends the file, as in containers/storage.
 *
 * @throws CodecError
 */
export function decodeFile(bytes: Uint8Array, volatile: boolean): DecodedRecord[] {
  const records: DecodedRecord[] = [];
  if (bytes.length === 0) return records;
  const reader = new JsonReader(bytes, 0, bytes.length);
  if (!reader.takeWord("null")) {
    if (reader.peek() !== 0x5b) reader.fail("a list of records expected");
    reader.at += 1;
    if (!reader.take(0x5d)) decodeRecords(reader, volatile, records);
  }
  if (reader.peek() > 0) reader.fail("something stands behind the list of records");
  return records;
}

/** Reads records up to the bracket that closes the list, and takes that. */
function decodeRecords(reader: JsonReader, volatile: boolean, records: DecodedRecord[]): void {
  try {
    do {
      reader.peek();
      const start = reader.at;
      const { container, canonical } = readContainer(reader, volatile);
      records.push({ container, canonical, start, end: reader.at });
    } while (reader.take(0x2c));
    reader.expect(0x5d);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new CodecError(error.reason, error.offset, records.length + 1);
  }
}
