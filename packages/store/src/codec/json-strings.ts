import type { JsonReader } from "./json-reader.ts";
import { kinds, PLAIN, SPECIAL } from "./json-kinds.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;

/** What an escape stands for, by the byte after the backslash; -1 where there is none. */
const escapes = new Int16Array(256).fill(-1);
for (const [letter, meaning] of Object.entries({
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
})) {
  escapes[letter.charCodeAt(0)] = meaning.charCodeAt(0);
}

/**
 * The text of a string that has escapes, and takes it up to its closing quote.
 * As Go's library: once there was an escape, control characters are let through.
 *
 * @param start the byte after the opening quote
 * @param firstEscape the first backslash
 * @param seenBefore the kinds of the bytes before it
 */
export function readRestOfString(
  reader: JsonReader,
  start: number,
  firstEscape: number,
  seenBefore: number,
): string {
  const { bytes, end } = reader;
  let text = "";
  let run = start;
  let seen = seenBefore;
  let at = firstEscape;
  for (;;) {
    if (at >= end) reader.fail("a string is not closed", end);
    const byte = bytes[at]!;
    const kind = kinds[byte]!;
    if (kind !== SPECIAL) {
      seen |= kind;
      at += 1;
      continue;
    }
    if (byte === QUOTE) break;
    if (byte !== BACKSLASH) {
      reader.odd(true);
      at += 1;
      continue;
    }
    if (at > run) text += reader.plainText(run, at, seen);
    seen = PLAIN;
    reader.at = at + 1;
    text += readEscape(reader);
    at = reader.at;
    run = at;
  }
  if (at > run) text += reader.plainText(run, at, seen);
  reader.at = at + 1;
  return text;
}

/** What stands after a backslash. */
function readEscape(reader: JsonReader): string {
  if (reader.at >= reader.end) reader.fail("a string is not closed");
  const letter = reader.bytes[reader.at]!;
  reader.at += 1;
  if (letter !== LETTER_U) {
    const meaning = escapes[letter]!;
    if (meaning < 0) reader.fail("an escape that JSON does not have", reader.at - 1);
    // Go writes `/` bare, backspace and form feed by their numbers.
    if (meaning === 0x2f || meaning === 0x08 || meaning === 0x0c) reader.odd();
    return String.fromCharCode(meaning);
  }
  const unit = readFourDigits(reader);
  return (unit & 0xf800) === 0xd800 ? readSurrogate(reader, unit) : String.fromCharCode(unit);
}

/**
 * What follows a surrogate. Only the two halves of a pair, side by side, make a
 * character; any other surrogate is U+FFFD. As Go's library, a surrogate takes
 * the escape after it along: `\ud800\ud800\udc00` is U+FFFD three times.
 */
function readSurrogate(reader: JsonReader, first: number): string {
  reader.odd();
  const { bytes, end } = reader;
  if (reader.at >= end || bytes[reader.at] !== BACKSLASH) return "\ufffd";
  reader.at += 1;
  if (reader.at >= end || bytes[reader.at] !== LETTER_U) return `\ufffd${readEscape(reader)}`;
  reader.at += 1;
  const second = readFourDigits(reader);
  if (first < 0xdc00 && (second & 0xfc00) === 0xdc00) return String.fromCharCode(first, second);
  return `\ufffd${(second & 0xf800) === 0xd800 ? "\ufffd" : String.fromCharCode(second)}`;
}

function readFourDigits(reader: JsonReader): number {
  let value = 0;
  for (let count = 0; count < 4; count += 1) {
    const byte = reader.at < reader.end ? reader.bytes[reader.at]! : -1;
    const digit = hexDigit(byte);
    if (digit < 0) reader.fail("four hexadecimal digits expected");
    // Go writes small letters.
    if (byte >= 0x41 && byte <= 0x46) reader.odd();
    value = value * 16 + digit;
    reader.at += 1;
  }
  if (!isWrittenByNumber(value)) reader.odd();
  return value;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  if (byte >= 0x61 && byte <= 0x66) return byte - 0x57;
  if (byte >= 0x41 && byte <= 0x46) return byte - 0x37;
  return -1;
}

/** Whether Go writes the character as `\u` and its number. */
export function isWrittenByNumber(code: number): boolean {
  if (code < 0x20) return code !== 0x09 && code !== 0x0a && code !== 0x0d;
  return code === 0x3c || code === 0x3e || code === 0x26 || code === 0x2028 || code === 0x2029;
}
