import type { IdMapping, Int64 } from "../model/container.ts";
import type { JsonReader } from "./json-reader.ts";
import { readRaw } from "./json-values.ts";
import { MAPPING_MEMBERS, RECORD_DEPTH } from "./members.ts";
import { compareKeys } from "./utf8.ts";

/** Null where another value is expected; never as Go writes it. */
export function takeNull(reader: JsonReader): boolean {
  if (!reader.takeWord("null")) return false;
  reader.odd();
  return true;
}

export function readString(reader: JsonReader): string {
  return takeNull(reader) ? "" : reader.string();
}

export function readSize(reader: JsonReader): Int64 {
  return readNumber(reader, 0);
}

/** Null leaves a number as it was. */
function readNumber(reader: JsonReader, before: Int64): Int64 {
  return takeNull(reader) ? before : reader.int64();
}

/** A list of strings that is not written when it is empty. */
export function readStrings(reader: JsonReader): readonly string[] {
  const strings = readList(reader, readString);
  if (strings.length === 0) reader.odd();
  return Object.freeze(strings);
}

function readList<T>(reader: JsonReader, readItem: (reader: JsonReader, position: number) => T): T[] {
  const items: T[] = [];
  if (takeNull(reader)) return items;
  if (reader.peek() !== 0x5b) reader.fail("a list expected");
  reader.at += 1;
  if (reader.take(0x5d)) return items;
  do items.push(readItem(reader, items.length));
  while (reader.take(0x2c));
  reader.expect(0x5d);
  return items;
}

/** The entries of a map as they come; of several with one key the last counts. */
export type Entries<T> = (readonly [string, T])[];

/** Adds to the earlier entries of the same member; null does away with these. */
export function readMap<T>(
  reader: JsonReader,
  earlier: Entries<T> | undefined,
  readItem: (reader: JsonReader) => T,
): Entries<T> | undefined {
  if (takeNull(reader)) return undefined;
  if (reader.peek() !== 0x7b) reader.fail("an object expected");
  reader.at += 1;
  const entries = earlier ?? [];
  if (reader.take(0x7d)) {
    reader.odd();
    return entries;
  }
  let previous: string | undefined;
  do {
    const key = reader.key();
    if (previous !== undefined && compareKeys(previous, key) >= 0) reader.odd();
    previous = key;
    entries.push([key, readItem(reader)]);
  } while (reader.take(0x2c));
  reader.expect(0x7d);
  return entries;
}

type Numbers = [Int64, Int64, Int64];

/**
 * A list of id mappings. When the member comes twice, Go reads the second list
 * over the first: a mapping keeps what the later one does not say, even where a
 * shorter list came between. Null and the empty list do away with all that.
 */
export class MappingDraft {
  readonly #slots: Numbers[] = [];
  #length = 0;

  read(reader: JsonReader): void {
    this.#length = readList(reader, (inside, position) => this.#readMapping(inside, position)).length;
    if (this.#length > 0) return;
    reader.odd();
    this.#slots.length = 0;
  }

  finish(): readonly IdMapping[] {
    const slots = this.#slots.slice(0, this.#length);
    return Object.freeze(
      slots.map(([containerId, hostId, size]) => Object.freeze({ containerId, hostId, size })),
    );
  }

  #readMapping(reader: JsonReader, position: number): void {
    const numbers = (this.#slots[position] ??= [0, 0, 0]);
    if (takeNull(reader)) return;
    if (reader.peek() !== 0x7b) reader.fail("a mapping expected");
    reader.at += 1;
    let expected = 0;
    if (!reader.take(0x7d)) {
      do {
        if (reader.peek() !== 0x22) reader.fail("a key expected");
        const key = reader.key(true);
        const member = MAPPING_MEMBERS.findIndex((name) => name === key.toLowerCase());
        if (member !== expected || MAPPING_MEMBERS[member] !== key) reader.odd();
        expected += 1;
        // What containers/storage does not know in here has no place in a record, and is dropped.
        if (member < 0) readRaw(reader, RECORD_DEPTH + 1);
        else numbers[member] = readNumber(reader, numbers[member]!);
      } while (reader.take(0x2c));
      reader.expect(0x7d);
    }
    if (expected !== MAPPING_MEMBERS.length) reader.odd();
  }
}
