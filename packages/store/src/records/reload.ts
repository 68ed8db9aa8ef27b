import { CodecError } from "../codec/codec-error.ts";
import { type Steps, toTheEnd, visitFile, type Visitor, visitRecords } from "../codec/decode-file.ts";
import { encodeContainerText } from "../codec/encode-container.ts";
import { replaceStretch } from "../model/replace-stretch.ts";
import { commonEnds } from "./common-ends.ts";
import { entryAt, type RecordEntry, unreadEntry } from "./record-entry.ts";

/** What reading a file again came to. */
export interface Reloaded {
  /** In the order of the file; those that did not change are the same objects as before. */
  readonly entries: readonly RecordEntry[];
  /** Records that had to be decoded, and bytes that were compared. */
  readonly decoded: number;
  readonly compared: number;
  /** The stretch of records that differs, as it was and as it is: see `changesBetween`. */
  readonly before: readonly RecordEntry[];
  readonly after: readonly RecordEntry[];
}

/** Decodes a whole file, in steps; `source` is kept and must not be changed any more. @throws CodecError */
export function* loadInSteps(source: Buffer, volatile: boolean): Steps<Reloaded> {
  const entries: RecordEntry[] = [];
  yield* visitFile(source, volatile, entriesInto(entries, source, volatile));
  return { entries, decoded: entries.length, compared: 0, before: [], after: entries };
}

/** As `loadInSteps`, at once. */
export function load(source: Buffer, volatile: boolean): Reloaded {
  return toTheEnd(loadInSteps(source, volatile));
}

/**
 * The records of a file that was read again. Bytes are compared with the old
 * records' from both ends, and only the middle that differs is decoded, from a
 * copy. An old record that stands somewhere else in the middle keeps its object.
 *
 * @param old the records as they were last read from or written to the file;
 * when this throws they are as good as before
 * @param bytes the file now; may be overwritten afterwards
 * @throws CodecError
 */
export function reload(old: readonly RecordEntry[], bytes: Buffer, volatile: boolean): Reloaded {
  const common = commonEnds(old, bytes);
  const middle = common === undefined ? undefined : decodeMiddle(bytes, common.from, common.to, volatile);
  if (common === undefined || middle === undefined) {
    const whole = load(copyOf(bytes, 0, bytes.length), volatile);
    const after = keepUnchanged(old, whole.entries);
    return { ...whole, entries: after, after, before: old, compared: common?.compared ?? 0 };
  }
  const { head, tail, compared } = common;
  const before = old.slice(head, old.length - tail);
  const after = keepUnchanged(before, middle);
  const isSame = before.length === 0 && after.length === 0;
  const entries = isSame ? old : replaceStretch(old, head, before.length, after);
  return { entries, decoded: middle.length, compared, before, after };
}

/** Undefined when the bytes are not records: then only the whole file can tell what it is. */
function decodeMiddle(bytes: Buffer, from: number, to: number, volatile: boolean): RecordEntry[] | undefined {
  const entries: RecordEntry[] = [];
  if (from === to) return entries;
  const source = copyOf(bytes, from, to);
  try {
    visitRecords(source, volatile, entriesInto(entries, source, volatile));
    return entries;
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}

function entriesInto(entries: RecordEntry[], source: Buffer, volatile: boolean): Visitor {
  return {
    unread: (record) => entries.push(unreadEntry(record, volatile)),
    decoded: ({ container, canonical }, start, end) =>
      entries.push(entryAt(container, canonical, source, start, end)),
  };
}

function copyOf(bytes: Buffer, from: number, to: number): Buffer {
  const copy = Buffer.allocUnsafeSlow(to - from);
  bytes.copy(copy, 0, from, to);
  return copy;
}

/** The new records, with the old objects for those that are the same. */
function keepUnchanged(
  before: readonly RecordEntry[],
  after: readonly RecordEntry[],
): readonly RecordEntry[] {
  if (before.length === 0 || after.length === 0) return after;
  const known = new Map<string, RecordEntry>();
  for (const entry of before) {
    if (!known.has(entry.id)) known.set(entry.id, entry);
  }
  return after.map((entry) => {
    const old = known.get(entry.id);
    if (old === undefined || !isSameRecord(old, entry)) return entry;
    // Should the id come twice, the old object may stand for one of them only.
    known.delete(entry.id);
    if (entry.source !== undefined) old.placeAt(entry.source, entry.start, entry.end);
    return old;
  });
}

function isSameRecord(one: RecordEntry, other: RecordEntry): boolean {
  if (one.source !== undefined && other.source !== undefined) {
    return one.source.compare(other.source, other.start, other.end, one.start, one.end) === 0;
  }
  return encodeContainerText(one.container) === encodeContainerText(other.container);
}
