import { JsonReader } from "./json-reader.ts";
import { LazyContainer, type UnreadRecord } from "./lazy-container.ts";
import { type DecodedContainer, readContainer } from "./read-container.ts";
import { scanRecord } from "./scan-record.ts";

export type { DecodedContainer } from "./read-container.ts";

/**
 * The record whose bytes stand from `start` up to, not including, `end`; white
 * space around it is allowed, and not canonical. The bytes must not be changed
 * afterwards: most of the record is decoded when it is asked for. All that may
 * be wrong is found now.
 *
 * @throws CodecError, with the offset in `bytes`
 */
export function decodeContainer(
  bytes: Uint8Array,
  start: number,
  end: number,
  volatile: boolean,
): DecodedContainer {
  const reader = new JsonReader(bytes, start, end);
  reader.peek();
  const begin = reader.at;
  const scanned = takeScanned(reader);
  const { container, canonical } =
    scanned === undefined
      ? readContainer(reader, volatile)
      : { container: new LazyContainer(scanned, volatile), canonical: true };
  const isAll = begin === start && reader.at === end;
  if (reader.peek() >= 0) reader.fail("something stands behind the record");
  return { container, canonical: canonical && isAll };
}

/** The record that begins at `reader.at`, when the fast way can take it; leaves the reader behind it then. */
export function takeScanned(reader: JsonReader): UnreadRecord | undefined {
  const record = scanRecord(reader.bytes, reader.at);
  // Bytes behind the end are not the reader's.
  if (record === undefined || record.end > reader.end) return undefined;
  reader.at = record.end;
  return record;
}
