import type { Container, IdMapping, Int64 } from "../model/container.ts";
import { makeContainer } from "../model/containers.ts";
import { FrozenMap } from "../model/frozen-map.ts";
import type { JsonValue } from "../model/json-value.ts";
import { parseGoTime, ZERO_TIME } from "./go-time.ts";
import { JsonReader } from "./json-reader.ts";
import { readKey, readRaw, readValue } from "./json-values.ts";
import { compareKeys } from "./utf8.ts";

/** The members in the order in which Go writes them. */
const ORDER = [
  "id",
  "names",
  "image",
  "layer",
  "metadata",
  "big-data-names",
  "big-data-sizes",
  "big-data-digests",
  "created",
  "uidmap",
  "gidmap",
  "flags",
] as const;
type Member = (typeof ORDER)[number];
const POSITIONS: ReadonlyMap<string, number> = new Map(ORDER.map((member, position) => [member, position]));
const AFTER_ALL = ORDER.length;

/** Lists and objects around a member of a record: the file's list and the record. */
const DEPTH = 2;

export interface DecodedContainer {
  readonly container: Container;
  /** Whether the bytes are just those that `encodeContainer` gives for it. */
  readonly canonical: boolean;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Draft {
  fields: Partial<Mutable<Container>>;
  sizes: Map<string, Int64> | undefined;
  digests: Map<string, string> | undefined;
  flags: Map<string, JsonValue> | undefined;
  unknown: Map<string, string> | undefined;
}

/**
 * Reads the record that begins at `reader.at` and leaves the reader behind it.
 *
 * As containers/storage reads it: keys count in any case, the last of several
 * equal ones wins, maps of a key that comes twice are merged, null means the
 * empty value. Members that it does not know are kept.
 *
 * @throws CodecError
 */
export function readContainer(reader: JsonReader, volatile: boolean): DecodedContainer {
  reader.canonical = true;
  const draft: Draft = {
    fields: {},
    sizes: undefined,
    digests: undefined,
    flags: undefined,
    unknown: undefined,
  };
  let before = -1;
  let required = 0;
  if (reader.peek() !== 0x7b) reader.fail("a record expected");
  reader.canonical = true;
  reader.at += 1;
  if (!reader.take(0x7d)) {
    do {
      const key = readKey(reader);
      const member = memberOf(reader, key);
      const position = member === undefined ? AFTER_ALL : POSITIONS.get(member)!;
      if (position < before || (position === before && position !== AFTER_ALL)) reader.canonical = false;
      if (member === "id" || member === "image" || member === "layer" || member === "created") required += 1;
      before = position;
      if (member === undefined) readUnknown(reader, draft, key);
      else readMember(reader, draft, member);
    } while (reader.take(0x2c));
    reader.expect(0x7d);
  }
  // These four are written always, so that a record without one is not as Go writes it.
  if (required !== 4) reader.canonical = false;
  const { fields } = draft;
  const container = makeContainer({
    ...fields,
    id: fields.id ?? "",
    created: fields.created ?? ZERO_TIME,
    volatile,
    ...(draft.sizes === undefined ? {} : { bigDataSizes: new FrozenMap(draft.sizes) }),
    ...(draft.digests === undefined ? {} : { bigDataDigests: new FrozenMap(draft.digests) }),
    ...(draft.flags === undefined ? {} : { flags: new FrozenMap(draft.flags) }),
    ...(draft.unknown === undefined ? {} : { unknownFields: new FrozenMap(draft.unknown) }),
  });
  return { container, canonical: reader.canonical };
}

/** The record whose bytes stand from `start` to `end`. @throws CodecError */
export function decodeContainer(
  bytes: Uint8Array,
  start: number,
  end: number,
  volatile: boolean,
): DecodedContainer {
  const reader = new JsonReader(bytes, start, end);
  const decoded = readContainer(reader, volatile);
  if (reader.at !== end) reader.fail("something stands behind the record");
  return decoded;
}

function memberOf(reader: JsonReader, key: string): Member | undefined {
  if (POSITIONS.has(key)) return key as Member;
  const lower = key.toLowerCase();
  if (!POSITIONS.has(lower)) return undefined;
  reader.canonical = false;
  return lower as Member;
}

function readUnknown(reader: JsonReader, draft: Draft, key: string): void {
  draft.unknown ??= new Map();
  // Of several the last one counts, as for the members that are known.
  if (draft.unknown.delete(key)) reader.canonical = false;
  draft.unknown.set(key, readRaw(reader, DEPTH));
}

function readMember(reader: JsonReader, draft: Draft, member: Member): void {
  const { fields } = draft;
  switch (member) {
    case "id":
    case "image":
    case "layer":
      fields[member] = readString(reader);
      return;
    case "metadata":
      fields.metadata = omitted(reader, readString(reader), (text) => text.length);
      return;
    case "names":
      fields.names = omitted(reader, readList(reader, readString), (list) => list.length);
      return;
    case "big-data-names":
      fields.bigDataNames = omitted(reader, readList(reader, readString), (list) => list.length);
      return;
    case "created":
      fields.created = readTime(reader, fields.created ?? ZERO_TIME);
      return;
    case "uidmap":
      fields.uidMap = omitted(reader, readList(reader, readMapping), (list) => list.length);
      return;
    case "gidmap":
      fields.gidMap = omitted(reader, readList(reader, readMapping), (list) => list.length);
      return;
    case "big-data-sizes":
      draft.sizes = readMap(reader, draft.sizes, readSize);
      return;
    case "big-data-digests":
      draft.digests = readMap(reader, draft.digests, readString);
      return;
    case "flags":
      draft.flags = readMap(reader, draft.flags, (inside) => readValue(inside, DEPTH + 1));
      return;
  }
}

/** An empty value of these members is not written by Go. */
function omitted<T>(reader: JsonReader, value: T, sizeOf: (value: T) => number): T {
  if (sizeOf(value) === 0) reader.canonical = false;
  return value;
}

/** Null where another value is expected; never as Go writes it. */
function takeNull(reader: JsonReader): boolean {
  if (!reader.takeWord("null")) return false;
  reader.canonical = false;
  return true;
}

function readString(reader: JsonReader): string {
  return takeNull(reader) ? "" : reader.string();
}

function readSize(reader: JsonReader): Int64 {
  return takeNull(reader) ? 0 : reader.int64();
}

function readTime(reader: JsonReader, unchanged: string): string {
  if (takeNull(reader)) return unchanged;
  if (reader.peek() !== 0x22) reader.fail("a time in a string expected");
  const start = reader.at;
  const written = reader.string();
  const time = parseGoTime(written);
  if (time === undefined) return reader.fail("a time such as 2006-01-02T15:04:05Z expected", start);
  if (time.text !== written) reader.canonical = false;
  return time.text;
}

function readList<T>(reader: JsonReader, readItem: (reader: JsonReader) => T): readonly T[] {
  const items: T[] = [];
  if (takeNull(reader)) return items;
  if (reader.peek() !== 0x5b) reader.fail("a list expected");
  reader.at += 1;
  if (reader.take(0x5d)) return items;
  do items.push(readItem(reader));
  while (reader.take(0x2c));
  reader.expect(0x5d);
  return items;
}

function readMap<T>(
  reader: JsonReader,
  earlier: Map<string, T> | undefined,
  readItem: (reader: JsonReader) => T,
): Map<string, T> | undefined {
  if (takeNull(reader)) return undefined;
  if (reader.peek() !== 0x7b) reader.fail("an object expected");
  reader.at += 1;
  const map = earlier ?? new Map<string, T>();
  if (reader.take(0x7d)) {
    reader.canonical = false;
    return map;
  }
  let previous: string | undefined;
  do {
    const key = readKey(reader);
    if (previous !== undefined && compareKeys(previous, key) >= 0) reader.canonical = false;
    previous = key;
    map.set(key, readItem(reader));
  } while (reader.take(0x2c));
  reader.expect(0x7d);
  return map;
}

const MAPPING = ["container_id", "host_id", "size"];

function readMapping(reader: JsonReader): IdMapping {
  const values: [Int64, Int64, Int64] = [0, 0, 0];
  if (!takeNull(reader)) {
    if (reader.peek() !== 0x7b) reader.fail("a mapping expected");
    reader.at += 1;
    let expected = 0;
    if (!reader.take(0x7d)) {
      do {
        const key = readKey(reader);
        const position = MAPPING.indexOf(key.toLowerCase());
        if (position !== expected || MAPPING[position] !== key) reader.canonical = false;
        expected += 1;
        if (position < 0) readRaw(reader, DEPTH + 2);
        else values[position] = readSize(reader);
      } while (reader.take(0x2c));
      reader.expect(0x7d);
    }
    if (expected !== MAPPING.length) reader.canonical = false;
  }
  return Object.freeze({ containerId: values[0], hostId: values[1], size: values[2] });
}
