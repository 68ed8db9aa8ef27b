import { encodeContainerText } from "../codec/encode-container.ts";
import type { RecordEntry } from "./record-entry.ts";

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

const COMMA = 0x2c;
const OPEN = Buffer.from("[");
const BETWEEN = Buffer.from(",");
const CLOSE = Buffer.from("]");

/**
 * Plans the file that holds these records: `[`, the records with commas
 * between, `]`. Records that stood side by side in one source become one piece,
 * comma and all. Nothing about the entries is changed.
 */
export function planFile(entries: readonly RecordEntry[]): FilePlan {
  const pieces: Uint8Array[] = [OPEN];
  const placements: Placement[] = [];
  let size = 2;
  let bytesEncoded = 0;
  let at = 0;
  while (at < entries.length) {
    if (at > 0) {
      pieces.push(BETWEEN);
      size += 1;
    }
    const first = entries[at]!;
    if (first.source === undefined) {
      const next = endOfChanged(entries, at);
      const piece = encodeRun(entries, at, next, placements);
      pieces.push(piece);
      size += piece.length;
      bytesEncoded += piece.length;
      at = next;
    } else {
      const next = endOfRun(entries, at);
      const piece = first.source.subarray(first.start, entries[next - 1]!.end);
      pieces.push(piece);
      size += piece.length;
      at = next;
    }
  }
  pieces.push(CLOSE);
  return { entries, pieces, size, encoded: placements.length, bytesEncoded, placements };
}

/** The position after the stretch of changed records that begins at `from`. */
function endOfChanged(entries: readonly RecordEntry[], from: number): number {
  let at = from + 1;
  while (at < entries.length && entries[at]!.source === undefined) at += 1;
  return at;
}

/** The position after the stretch that stands in one source with just a comma between. */
export function endOfRun(entries: readonly RecordEntry[], from: number): number {
  let before = entries[from]!;
  let at = from + 1;
  for (; at < entries.length; at += 1) {
    const entry = entries[at]!;
    if (entry.source !== before.source || entry.start !== before.end + 1) break;
    if (before.source?.[before.end] !== COMMA) break;
    before = entry;
  }
  return at;
}

function encodeRun(
  entries: readonly RecordEntry[],
  from: number,
  to: number,
  placements: Placement[],
): Buffer {
  const texts: string[] = [];
  const lengths: number[] = [];
  for (let at = from; at < to; at += 1) {
    const text = encodeContainerText(entries[at]!.container);
    texts.push(text);
    lengths.push(Buffer.byteLength(text));
  }
  const source = Buffer.from(texts.join(","));
  let start = 0;
  for (const [position, length] of lengths.entries()) {
    placements.push({ entry: entries[from + position]!, source, start, end: start + length });
    start += length + 1;
  }
  return source;
}

/** Notes where the encoded records stand, now that the file was written. */
export function carryOut(plan: FilePlan): void {
  for (const { entry, source, start, end } of plan.placements) entry.placeAt(source, start, end);
}
