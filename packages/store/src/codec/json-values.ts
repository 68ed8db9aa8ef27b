import type { JsonValue } from "../model/json-value.ts";
import { goFloat } from "./go-number.ts";
import { goString } from "./go-string.ts";
import { DEEPEST, type JsonReader } from "./json-reader.ts";
import { compareKeys } from "./utf8.ts";

type Members = Record<string, JsonValue>;

/** A list or an object that is being read. */
interface OpenList {
  readonly items: JsonValue[];
  readonly members?: undefined;
}
interface OpenObject {
  readonly members: Members;
  readonly items?: undefined;
  key: string;
  /** The key before, to see whether they come in Go's order. */
  previous: string | undefined;
}

/**
 * Any value. Values nested deep are kept on a list of our own, not on the call
 * stack, so that a hostile file cannot end the process.
 *
 * @param depth lists and objects that are open around it
 */
export function readValue(reader: JsonReader, depth: number): JsonValue {
  const open: (OpenList | OpenObject)[] = [];
  for (;;) {
    let value: JsonValue | undefined = readStart(reader, open);
    if (depth + open.length > DEEPEST) reader.fail(`nested more than ${DEEPEST} deep`);
    // What is complete goes into what is open around it, which may complete that in turn.
    while (value !== undefined) {
      const around: OpenList | OpenObject | undefined = open.at(-1);
      if (around === undefined) return value;
      value = addTo(reader, around, value);
      if (value !== undefined) open.pop();
    }
  }
}

/** A complete value, or undefined when a list or an object with something in it was begun. */
function readStart(reader: JsonReader, open: (OpenList | OpenObject)[]): JsonValue | undefined {
  switch (reader.peek()) {
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
    case 0x5b:
      reader.at += 1;
      if (reader.take(0x5d)) return Object.freeze([]);
      open.push({ items: [] });
      return undefined;
    case 0x7b: {
      reader.at += 1;
      const members = Object.create(null) as Members;
      if (reader.take(0x7d)) return Object.freeze(members);
      open.push({ members, key: readKey(reader), previous: undefined });
      return undefined;
    }
    default:
      return readNumber(reader);
  }
}

function readNumber(reader: JsonReader): number {
  const byte = reader.peek();
  if (byte !== 0x2d && (byte < 0x30 || byte > 0x39)) reader.fail("a value expected");
  const start = reader.at;
  const value = reader.float64();
  if (reader.canonical && goFloat(value) !== reader.bytes.toString("latin1", start, reader.at))
    reader.canonical = false;
  return value;
}

export function readKey(reader: JsonReader): string {
  if (reader.peek() !== 0x22) reader.fail("a key expected");
  const key = reader.string();
  reader.expect(0x3a);
  return key;
}

/** Adds a complete value; returns the list or object when that is complete now. */
function addTo(reader: JsonReader, around: OpenList | OpenObject, value: JsonValue): JsonValue | undefined {
  if (around.items !== undefined) {
    around.items.push(value);
    if (reader.take(0x2c)) return undefined;
    reader.expect(0x5d);
    return Object.freeze(around.items);
  }
  // The last of several equal keys wins.
  around.members[around.key] = value;
  if (around.previous !== undefined && compareKeys(around.previous, around.key) >= 0)
    reader.canonical = false;
  around.previous = around.key;
  if (reader.take(0x2c)) {
    around.key = readKey(reader);
    return undefined;
  }
  reader.expect(0x7d);
  return Object.freeze(around.members);
}

/** Passes over a value, which must be good JSON, and gives its bytes as text. */
export function readRaw(reader: JsonReader, depth: number): string {
  reader.peek();
  const start = reader.at;
  const { canonical } = reader;
  readValue(reader, depth);
  // How somebody else writes his fields is his affair.
  reader.canonical = canonical;
  return reader.bytes.toString("utf8", start, reader.at);
}

/** The value as Go writes it. Works through values nested deep without the call stack. */
export function writeValue(value: JsonValue): string {
  if (value === null || typeof value !== "object") return writeSimple(value);
  let text = "";
  const open: { close: string; rest: Iterator<readonly [string, JsonValue]>; first: boolean }[] = [];
  const begin = (item: object): void => {
    if (Array.isArray(item)) {
      text += "[";
      const items = item as readonly JsonValue[];
      open.push({ close: "]", rest: items.map((one) => ["", one] as const).values(), first: true });
    } else {
      text += "{";
      const members = item as { readonly [key: string]: JsonValue };
      const keys = Object.keys(members).sort(compareKeys);
      const rest = keys.map((key) => [`${goString(key)}:`, members[key]!] as const).values();
      open.push({ close: "}", rest, first: true });
    }
  };
  begin(value);
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    const next = inner.rest.next();
    if (next.done === true) {
      text += inner.close;
      open.pop();
      continue;
    }
    const [key, item] = next.value;
    text += inner.first ? key : `,${key}`;
    inner.first = false;
    if (item === null || typeof item !== "object") text += writeSimple(item);
    else begin(item);
  }
  return text;
}

function writeSimple(value: null | boolean | number | string): string {
  if (typeof value === "string") return goString(value);
  if (typeof value === "number") return goFloat(value);
  return String(value);
}
