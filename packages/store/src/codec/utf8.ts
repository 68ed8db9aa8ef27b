/**
 * Text of a record that may hold bytes which are no UTF-8. Go keeps such bytes
 * in memory and writes each as `\ufffd`. In a JavaScript string each stands as
 * the lone surrogate U+DC00 + byte; no other lone surrogate can come from a
 * file, since one that is written as an escape is read as U+FFFD.
 */
const INVALID = 0xdc00;

/** How long the well-formed sequence at `at` is, in bytes; 0 when there is none. The rules of Go's `utf8.DecodeRune`. */
export function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  const second = bytes[at + 1]!;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let next = at + 2; next < at + length; next += 1) {
    if ((bytes[next]! & 0xc0) !== 0x80) return 0;
  }
  return length;
}

/** The text of the bytes from `start` to `end`, none of which is an escape. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  let at = start;
  while (at < end) {
    const length = sequenceLength(bytes, at, end);
    if (length === 0) return bytes.toString("utf8", start, at) + decodeLoosely(bytes, at, end);
    at += length;
  }
  return bytes.toString("utf8", start, end);
}

/**
 * The same where something is no UTF-8: unit by unit into one buffer, since a
 * text that is put together of millions of pieces takes a hundred times its size.
 */
function decodeLoosely(bytes: Buffer, start: number, end: number): string {
  const units = Buffer.allocUnsafe(2 * (end - start));
  let to = 0;
  for (let at = start; at < end;) {
    const length = sequenceLength(bytes, at, end);
    const point = length === 0 ? INVALID + bytes[at]! : codePoint(bytes, at, length);
    if (point < 0x10000) to = units.writeUInt16LE(point, to);
    else {
      to = units.writeUInt16LE(0xd800 + ((point - 0x10000) >> 10), to);
      to = units.writeUInt16LE(0xdc00 + (point & 0x3ff), to);
    }
    at += Math.max(1, length);
  }
  return units.toString("utf16le", 0, to);
}

/** What a well-formed sequence of that length stands for. */
function codePoint(bytes: Uint8Array, at: number, length: number): number {
  const first = bytes[at]!;
  if (length === 1) return first;
  let point = first & (0x7f >> length);
  for (let next = at + 1; next < at + length; next += 1) point = (point << 6) | (bytes[next]! & 0x3f);
  return point;
}

/** Whether all bytes from `start` to `end` are UTF-8. */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end;) {
    const length = sequenceLength(bytes, at, end);
    if (length === 0) return false;
    at += length;
  }
  return true;
}

/**
 * The order of Go's sorted keys: by the UTF-8 bytes that are written, which
 * differs from JavaScript's order beyond the BMP. A byte that is no UTF-8 counts
 * as the U+FFFD that is written for it; keys that differ only there are equal
 * (0), and their order does not matter to anybody.
 */
export function compareKeys(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a === b) continue;
    const difference = rank(one, at, a) - rank(other, at, b);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

/** A code unit's place among others: halves of a pair come after all of the BMP, lone surrogates count as U+FFFD. */
function rank(text: string, at: number, unit: number): number {
  if ((unit & 0xf800) !== 0xd800) return unit;
  const paired =
    unit < 0xdc00
      ? (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00
      : (text.charCodeAt(at - 1) & 0xfc00) === 0xd800;
  return paired ? 0x10000 + unit : 0xfffd;
}
