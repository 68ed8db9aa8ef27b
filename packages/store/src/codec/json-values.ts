import type { JsonValue } from "../model/json-value.ts";
import { goFloat } from "./go-number.ts";
import { readNumberText, type NumberKind } from "./json-numbers.ts";
import { DEEPEST, type JsonReader } from "./json-reader.ts";
import { compareKeys } from "./utf8.ts";
import { rewriteLoose } from "./rewrite-loose.ts";

type Members = Record<string, JsonValue>;

/** A list or an object that is being read. */
interface OpenList {
  readonly items: JsonValue[];
  readonly members?: undefined;
}
interface OpenObject {
  readonly members: Members;
  readonly items?: undefined;
  /** The key whose value is read next. */
  key: string;
}
type Open = OpenList | OpenObject;

const EMPTY_LIST: JsonValue = Object.freeze([]);
const EMPTY_OBJECT: JsonValue = Object.freeze(Object.create(null) as Members);

/**
 * Any value. Values nested deep are kept on a list of our own, not on the call
 * stack, so that a hostile file cannot end the process.
 *
 * @param depth objects and lists that are open around it, as Go's library
 * counts them: the record, but neither the file's list nor `flags` itself
 */
export function readValue(reader: JsonReader, depth: number, kind: NumberKind = "float64"): JsonValue {
  const byte = reader.peek();
  if (byte !== 0x5b && byte !== 0x7b) return readSimple(reader, byte, kind);
  const open: Open[] = [];
  for (;;) {
    let value = readStart(reader, open, depth, kind);
    // What is complete goes into what is open around it, which may complete that in turn.
    while (value !== undefined) {
      const around = open.at(-1);
      if (around === undefined) return value;
      value = addTo(reader, around, value);
      if (value !== undefined) open.pop();
    }
  }
}

/** A complete value, or undefined when a list or an object with something in it was begun. */
function readStart(reader: JsonReader, open: Open[], depth: number, kind: NumberKind): JsonValue | undefined {
  const byte = reader.peek();
  if (byte !== 0x5b && byte !== 0x7b) return readSimple(reader, byte, kind);
  if (depth + open.length >= DEEPEST) reader.fail(`nested more than ${DEEPEST} deep`);
  reader.at += 1;
  if (byte === 0x5b) {
    if (reader.take(0x5d)) return EMPTY_LIST;
    open.push({ items: [] });
    return undefined;
  }
  if (reader.take(0x7d)) return EMPTY_OBJECT;
  // Here, unlike everywhere else, Go's library takes no `null` for the first key.
  if (reader.peek() !== 0x22) reader.fail("a key expected");
  open.push({ members: Object.create(null) as Members, key: reader.key() });
  return undefined;
}

function readSimple(reader: JsonReader, byte: number, kind: NumberKind): null | boolean | number | string {
  switch (byte) {
    case 0x22:
      return reader.string();
    case 0x6e:
      reader.takeWord("null");
      return null;
    case 0x74:
      reader.takeWord("true");
      return true;
    case 0x66:
      reader.takeWord("false");
      return false;
    default:
      if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) reader.fail("a value expected");
      return readNumber(reader, kind);
  }
}

function readNumber(reader: JsonReader, kind: NumberKind): number {
  const start = reader.at;
  const text = readNumberText(reader, kind);
  const value = Number(text);
  // What is skipped has any size, but with an exponent Go's library looks at it.
  const isAnySize = kind === "skipped" && !/[eE]/.test(text);
  if (!Number.isFinite(value) && !isAnySize) reader.fail("a number beyond 64-bit floats", start);
  if (kind !== "skipped" && reader.canonical && goFloat(value) !== text) reader.odd();
  return value;
}

/** Adds a complete value; returns the list or object when that is complete now. */
function addTo(reader: JsonReader, around: Open, value: JsonValue): JsonValue | undefined {
  if (around.items !== undefined) {
    around.items.push(value);
    if (reader.take(0x2c)) return undefined;
    reader.expect(0x5d);
    return Object.freeze(around.items);
  }
  // The last of several equal keys wins.
  around.members[around.key] = value;
  if (reader.take(0x2c)) {
    const key = reader.key();
    if (compareKeys(around.key, key) >= 0) reader.odd();
    around.key = key;
    return undefined;
  }
  reader.expect(0x7d);
  return Object.freeze(around.members);
}

/**
 * The text of a value that is not looked into, just as it stands. Where Go reads
 * what is no JSON it is written otherwise, so that every reader can take it.
 */
export function readRaw(reader: JsonReader, depth: number): string {
  reader.peek();
  const start = reader.at;
  const { canonical, loose } = reader;
  reader.loose = false;
  readValue(reader, depth, "skipped");
  const isJson = !reader.loose;
  reader.loose ||= loose;
  // How somebody else writes his members is his affair.
  reader.canonical = canonical && isJson;
  return isJson
    ? reader.bytes.toString("utf8", start, reader.at)
    : rewriteLoose(reader.bytes, start, reader.at);
}
