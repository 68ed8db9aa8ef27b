import type { Container, Int64 } from "../model/container.ts";
import { FrozenMap, frozenMap } from "../model/frozen-map.ts";
import type { JsonValue } from "../model/json-value.ts";
import { parseGoTime, ZERO_TIME } from "./go-time.ts";
import type { JsonReader } from "./json-reader.ts";
import { readRaw, readValue } from "./json-values.ts";
import { type Member, memberOf, positionOf, RECORD_DEPTH } from "./members.ts";
import {
  type Entries,
  MappingDraft,
  readMap,
  readSize,
  readString,
  readStrings,
  takeNull,
} from "./read-members.ts";
import { isSimpleTime } from "./scan-time.ts";

export interface DecodedContainer {
  readonly container: Container;
  /** Whether the bytes are just those that `encodeContainer` gives for it. */
  readonly canonical: boolean;
}

/** What was read of a record so far. A member may come again, and then adds to what it was. */
class Draft {
  id = "";
  names: readonly string[] = NOTHING;
  image = "";
  layer = "";
  metadata = "";
  bigDataNames: readonly string[] = NOTHING;
  bigDataSizes: Entries<Int64> | undefined;
  bigDataDigests: Entries<string> | undefined;
  created = ZERO_TIME;
  uidMap: MappingDraft | undefined;
  gidMap: MappingDraft | undefined;
  flags: Entries<JsonValue> | undefined;
  unknownFields: Map<string, string> | undefined;

  finish(volatile: boolean): Container {
    return Object.freeze({
      id: this.id,
      names: this.names,
      image: this.image,
      layer: this.layer,
      metadata: this.metadata,
      bigDataNames: this.bigDataNames,
      bigDataSizes: mapOf(this.bigDataSizes),
      bigDataDigests: mapOf(this.bigDataDigests),
      created: this.created,
      uidMap: this.uidMap?.finish() ?? NOTHING,
      gidMap: this.gidMap?.finish() ?? NOTHING,
      flags: mapOf(this.flags),
      volatile,
      unknownFields: frozenMap(this.unknownFields),
    });
  }
}

const NOTHING: readonly never[] = Object.freeze([]);

function mapOf<T>(entries: Entries<T> | undefined): ReadonlyMap<string, T> {
  return entries === undefined ? frozenMap<string, T>(undefined) : new FrozenMap(entries);
}

/**
 * Reads the record that begins at `reader.at` and leaves the reader behind it.
 *
 * As containers/storage reads it: keys count in any case, the last of several
 * equal ones wins, maps of a key that comes twice are merged, null means the
 * empty value (for `created`: no change). Members that it does not know are
 * kept as they stand; of several with one key the last counts, in its place.
 *
 * @throws CodecError
 */
export function readContainer(reader: JsonReader, volatile: boolean): DecodedContainer {
  const draft = new Draft();
  if (reader.peek() !== 0x7b) reader.fail("a record expected");
  reader.canonical = true;
  reader.at += 1;
  if (reader.take(0x7d)) reader.odd();
  else {
    let before = -1;
    let required = 0;
    do {
      const key = reader.key();
      const member = memberOf(key);
      if (member !== undefined && member !== key) reader.odd();
      const position = positionOf(member);
      if (position < before || (position === before && member !== undefined)) reader.odd();
      before = position;
      if (member === undefined) readUnknown(reader, draft, key);
      else readMember(reader, draft, member);
      if (member === "id" || member === "image" || member === "layer" || member === "created") required += 1;
    } while (reader.take(0x2c));
    reader.expect(0x7d);
    // These four are written always, so that a record without one is not as Go writes it.
    if (required < 4) reader.odd();
  }
  return { container: draft.finish(volatile), canonical: reader.canonical };
}

function readUnknown(reader: JsonReader, draft: Draft, key: string): void {
  const fields = (draft.unknownFields ??= new Map());
  if (fields.delete(key)) reader.odd();
  fields.set(key, readRaw(reader, RECORD_DEPTH));
}

function readMember(reader: JsonReader, draft: Draft, member: Member): void {
  switch (member) {
    case "id":
    case "image":
    case "layer":
      draft[member] = readString(reader);
      return;
    case "metadata":
      draft.metadata = readString(reader);
      if (draft.metadata === "") reader.odd();
      return;
    case "names":
      draft.names = readStrings(reader);
      return;
    case "big-data-names":
      draft.bigDataNames = readStrings(reader);
      return;
    case "created":
      draft.created = readTime(reader, draft.created);
      return;
    case "uidmap":
      (draft.uidMap ??= new MappingDraft()).read(reader);
      return;
    case "gidmap":
      (draft.gidMap ??= new MappingDraft()).read(reader);
      return;
    case "big-data-sizes":
      draft.bigDataSizes = readMap(reader, draft.bigDataSizes, readSize);
      return;
    case "big-data-digests":
      draft.bigDataDigests = readMap(reader, draft.bigDataDigests, readString);
      return;
    case "flags":
      draft.flags = readMap(reader, draft.flags, readFlag);
      return;
  }
}

const readFlag = (reader: JsonReader): JsonValue => readValue(reader, RECORD_DEPTH);

function readTime(reader: JsonReader, unchanged: string): string {
  if (takeNull(reader)) return unchanged;
  if (reader.peek() !== 0x22) reader.fail("a time in a string expected");
  const start = reader.at;
  reader.string();
  // Go looks at the bytes as they stand: an escape is no part of a time.
  const written = reader.bytes.toString("latin1", start + 1, reader.at - 1);
  if (isSimpleTime(reader.bytes, start)) return written;
  const time = parseGoTime(written);
  if (time === undefined) return reader.fail("a time such as 2006-01-02T15:04:05Z expected", start);
  if (time.text !== written) reader.odd();
  return time.text;
}
