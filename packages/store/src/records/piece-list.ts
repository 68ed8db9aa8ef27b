import { encodeContainerText } from "../codec/encode-container.ts";
import type { RecordEntry } from "./record-entry.ts";
import { endOfRun } from "./runs.ts";

/** How a file of records is put together, without building it. */
export interface FilePlan {
  /** The records, in the order of the file. */
  readonly entries: readonly RecordEntry[];
  /** The whole file, to be written one after the other; unchanged stretches are views of the bytes they came from. */
  readonly pieces: readonly Uint8Array[];
  /** Bytes of the whole file. */
  readonly size: number;
  /** Records that had to be encoded, and the bytes of them. */
  readonly encoded: number;
  readonly bytesEncoded: number;
  /** Where the encoded records will stand once the plan was carried out. */
  readonly placements: readonly Placement[];
}

interface Placement {
  readonly entry: RecordEntry;
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
}

const OPEN = Buffer.from("[");
const BETWEEN = Buffer.from(",");
const CLOSE = Buffer.from("]");
const COMMA = 0x2c;

/**
 * Plans the file that holds these records: `[`, the records with commas
 * between, `]`. Records that stood side by side in one source become one piece,
 * comma and all. Nothing about the entries is changed.
 *
 * @throws TypeError when a record holds what cannot be written (see `encodeContainer`)
 */
export function planFile(entries: readonly RecordEntry[]): FilePlan {
  const placements = encodeChanged(entries);
  const pieces: Uint8Array[] = [OPEN];
  let size = 2;
  const add = (piece: Uint8Array): void => {
    pieces.push(piece);
    size += piece.length;
  };
  let encoded = 0;
  let isCommaDue = false;
  for (let at = 0; at < entries.length;) {
    const first = entries[at]!;
    if (first.source === undefined) {
      const next = endOfChanged(entries, at);
      // Every encoded record has commas on both sides in its source, so that they come along.
      const { source, start } = placements[encoded]!;
      encoded += next - at;
      const { end } = placements[encoded - 1]!;
      const isLast = next === entries.length;
      add(source.subarray(isCommaDue ? start - 1 : start, isLast ? end : end + 1));
      isCommaDue = false;
      at = next;
    } else {
      if (isCommaDue) add(BETWEEN);
      const next = endOfRun(entries, at);
      add(first.source.subarray(first.start, entries[next - 1]!.end));
      isCommaDue = true;
      at = next;
    }
  }
  pieces.push(CLOSE);
  const bytesEncoded = placements.reduce((sum, { start, end }) => sum + end - start, 0);
  return { entries, pieces, size, encoded, bytesEncoded, placements };
}

/** The position after the stretch of changed records that begins at `from`. */
function endOfChanged(entries: readonly RecordEntry[], from: number): number {
  let at = from + 1;
  while (at < entries.length && entries[at]!.source === undefined) at += 1;
  return at;
}

/** Encodes the records without bytes, all into one new source: a comma, and each record with a comma behind it. */
function encodeChanged(entries: readonly RecordEntry[]): Placement[] {
  const changed = entries.filter(({ source }) => source === undefined);
  if (changed.length === 0) return [];
  const texts = changed.map(({ container }) => encodeContainerText(container));
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 1);
  const source = Buffer.allocUnsafeSlow(size);
  source[0] = COMMA;
  let start = 1;
  return changed.map((entry, index) => {
    const end = start + source.write(texts[index]!, start);
    source[end] = COMMA;
    const placement = { entry, source, start, end };
    start = end + 1;
    return placement;
  });
}

/** Notes where the encoded records stand, now that the file was written. */
export function carryOut(plan: FilePlan): void {
  for (const { entry, source, start, end } of plan.placements) entry.placeAt(source, start, end);
}
