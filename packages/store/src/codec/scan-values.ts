import { isWrittenByNumber } from "./json-strings.ts";
import { kinds, SPECIAL, UNUSUAL, WIDE } from "./json-kinds.ts";
import { sequenceLength } from "./utf8.ts";

/**
 * Scanners of values that stand in the very bytes that Go would write. Each
 * gets the place where its value begins and returns the one behind it, or NO
 * when the value stands otherwise, or in a way that is too rare to be known
 * here. Nothing is decoded, and a NO is no error: the careful reader decides.
 *
 * Places beyond the end read as undefined, which fits nothing.
 */
export const NO = -1;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;

/** With so many digits every integer is exact. */
const MOST_DIGITS = 15;
/** Deeper values are rare, and their readers use the call stack. */
const DEEPEST = 16;

type Scanner = (bytes: Uint8Array, at: number) => number;

/** The bytes of a literal, to be found with `after`. */
export const literal = (text: string): Uint8Array => Buffer.from(text);

export function after(bytes: Uint8Array, at: number, expected: Uint8Array): number {
  for (let index = 0; index < expected.length; index += 1) {
    if (bytes[at + index] !== expected[index]) return NO;
  }
  return at + expected.length;
}

export function scanString(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return NO;
  const { length } = bytes;
  let at = from + 1;
  while (at < length) {
    const byte = bytes[at]!;
    const kind = kinds[byte]!;
    if (kind === 0) at += 1;
    else if (byte === QUOTE) return at + 1;
    else {
      at = kind === WIDE ? afterWide(bytes, at) : byte === BACKSLASH ? afterEscape(bytes, at + 1) : NO;
      if (at === NO) return NO;
    }
  }
  return NO;
}

function afterWide(bytes: Uint8Array, at: number): number {
  const length = sequenceLength(bytes, at, bytes.length);
  if (length === 0) return NO;
  // U+2028 and U+2029 are written as escapes.
  if (bytes[at] === 0xe2 && bytes[at + 1] === 0x80 && (bytes[at + 2]! & 0xfe) === 0xa8) return NO;
  return at + length;
}

function afterEscape(bytes: Uint8Array, at: number): number {
  switch (bytes[at]) {
    case QUOTE:
    case BACKSLASH:
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return at + 1;
    case 0x75: // u
      return afterFourDigits(bytes, at + 1);
    default:
      return NO;
  }
}

function afterFourDigits(bytes: Uint8Array, from: number): number {
  let value = 0;
  for (let at = from; at < from + 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return NO;
    if (byte >= ZERO && byte <= NINE) value = value * 16 + byte - ZERO;
    else if (byte >= 0x61 && byte <= 0x66) value = value * 16 + byte - 0x57;
    else return NO;
  }
  return isWrittenByNumber(value) ? from + 4 : NO;
}

/** A whole number that is not negative, so that size and float are written alike. */
export function scanNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let byte = bytes[at]; byte !== undefined && byte >= ZERO && byte <= NINE; byte = bytes[at]) at += 1;
  const digits = at - from;
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[from] === ZERO)) return NO;
  return at;
}

/** A list with something in it. */
export function scanList(bytes: Uint8Array, from: number, scanItem: Scanner): number {
  if (bytes[from] !== 0x5b) return NO;
  let at = from;
  do {
    at = scanItem(bytes, at + 1);
    if (at === NO) return NO;
  } while (bytes[at] === COMMA);
  return bytes[at] === 0x5d ? at + 1 : NO;
}

/** An object with something in it and its keys in order. */
export function scanMap(bytes: Uint8Array, from: number, scanItem: Scanner): number {
  if (bytes[from] !== 0x7b) return NO;
  let at = from;
  let previous = NO;
  do {
    const key = at + 1;
    at = afterPlainKey(bytes, key);
    if (at === NO || (previous !== NO && !isAfter(bytes, key, previous))) return NO;
    previous = key;
    at = scanItem(bytes, at);
    if (at === NO) return NO;
  } while (bytes[at] === COMMA);
  return bytes[at] === 0x7d ? at + 1 : NO;
}

/** A key of ASCII without escapes, whose bytes are what it is sorted by, and its colon. */
function afterPlainKey(bytes: Uint8Array, from: number): number {
  if (bytes[from] !== QUOTE) return NO;
  let at = from + 1;
  for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[at]) {
    if (byte === undefined || (kinds[byte]! & (SPECIAL | WIDE | UNUSUAL)) !== 0) return NO;
    at += 1;
  }
  return bytes[at + 1] === COLON ? at + 2 : NO;
}

/** Whether the plain key at `one` comes after the one at `other`, and is another. */
function isAfter(bytes: Uint8Array, one: number, other: number): boolean {
  for (let index = 1; ; index += 1) {
    const a = bytes[one + index]!;
    const b = bytes[other + index]!;
    if (a === b && a !== QUOTE) continue;
    // The quote that ends a key comes before all that may go on.
    return a !== QUOTE && (b === QUOTE || a > b);
  }
}

const TRUE = literal("true");
const FALSE = literal("false");
const NULL = literal("null");

/** A value of a flag. */
export function scanValue(bytes: Uint8Array, at: number): number {
  return scanDeepValue(bytes, at, 0);
}

function scanDeepValue(bytes: Uint8Array, at: number, depth: number): number {
  switch (bytes[at]) {
    case QUOTE:
      return scanString(bytes, at);
    case 0x74:
      return after(bytes, at, TRUE);
    case 0x66:
      return after(bytes, at, FALSE);
    case 0x6e:
      return after(bytes, at, NULL);
    case 0x5b:
    case 0x7b: {
      if (depth === DEEPEST) return NO;
      // Empty ones are written inside of flags.
      if (bytes[at + 1] === bytes[at]! + 2) return at + 2;
      const scan = bytes[at] === 0x5b ? scanList : scanMap;
      return scan(bytes, at, (inside, place) => scanDeepValue(inside, place, depth + 1));
    }
    default:
      return scanNumber(bytes, at);
  }
}

const CONTAINER_ID = literal('{"container_id":');
const HOST_ID = literal(',"host_id":');
const SIZE = literal(',"size":');

/** One range of an id mapping. */
export function scanMapping(bytes: Uint8Array, from: number): number {
  let at = from;
  for (const key of [CONTAINER_ID, HOST_ID, SIZE]) {
    at = after(bytes, at, key);
    if (at === NO) return NO;
    at = scanNumber(bytes, at);
    if (at === NO) return NO;
  }
  return bytes[at] === 0x7d ? at + 1 : NO;
}
