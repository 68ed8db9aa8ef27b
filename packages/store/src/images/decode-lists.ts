import { JsonReader } from "../codec/json-reader.ts";
import { CodecError } from "../codec/codec-error.ts";
import { readRaw } from "../codec/json-values.ts";
import { readString, readStrings, takeNull } from "../codec/read-members.ts";
import type { Image, Layer } from "../model/image.ts";

/*
 * `images.json` and `layers.json`, read as strictly and as loosely as the
 * records of containers are, but only the members that are needed here. Maps
 * take the members, so that no key of a hostile file reaches a prototype.
 */

/** Members of one record; a later one of the same key counts. */
interface Fields {
  readonly texts: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
}

const NONE: readonly string[] = Object.freeze([]);
const TEXTS = new Set(["id", "digest", "layer", "created", "parent"]);
const LISTS = new Set(["names"]);

/** The images of a whole file, in order. No bytes, `null` and `[]` are none. @throws CodecError */
export function decodeImages(bytes: Uint8Array): Image[] {
  return decodeList(bytes, ({ texts, lists }) => ({
    id: texts.get("id") ?? "",
    names: lists.get("names") ?? NONE,
    digest: texts.get("digest") ?? "",
    layer: texts.get("layer") ?? "",
    created: texts.get("created") ?? "",
  }));
}

/** The layers of a whole file, in order. @throws CodecError */
export function decodeLayers(bytes: Uint8Array): Layer[] {
  return decodeList(bytes, ({ texts, lists }) => ({
    id: texts.get("id") ?? "",
    names: lists.get("names") ?? NONE,
    parent: texts.get("parent") ?? "",
  }));
}

function decodeList<T>(bytes: Uint8Array, make: (fields: Fields) => T): T[] {
  const records: T[] = [];
  if (bytes.length === 0) return records;
  const reader = new JsonReader(bytes, 0, bytes.length);
  try {
    if (!takeNull(reader)) {
      if (reader.peek() !== 0x5b) reader.fail("a list of records expected");
      reader.at += 1;
      if (!reader.take(0x5d)) {
        do records.push(Object.freeze(make(readFields(reader))));
        while (reader.take(0x2c));
        reader.expect(0x5d);
      }
    }
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new CodecError(error.reason, error.offset, records.length + 1);
  }
  // A NUL behind the list ends the file, as in containers/storage.
  if (reader.peek() > 0) reader.fail("something stands behind the list of records");
  return records;
}

function readFields(reader: JsonReader): Fields {
  const texts = new Map<string, string>();
  const lists = new Map<string, readonly string[]>();
  if (reader.peek() !== 0x7b) reader.fail("a record expected");
  reader.at += 1;
  if (reader.take(0x7d)) return { texts, lists };
  do {
    const key = reader.key(true).toLowerCase();
    if (TEXTS.has(key)) texts.set(key, readString(reader));
    else if (LISTS.has(key)) lists.set(key, readStrings(reader));
    else readRaw(reader, 1);
  } while (reader.take(0x2c));
  reader.expect(0x7d);
  return { texts, lists };
}
