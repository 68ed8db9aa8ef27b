import type { JsonReader } from "./json-reader.ts";

/**
 * What a number is read as. Go's library has another grammar for each:
 *
 * - `int64`: sizes and id maps. Only digits, with `-` before them.
 * - `float64`: flags. JSON's grammar, but `-+` may stand for `-`, and then the
 *   digits may begin with zeros or with the point.
 * - `skipped`: members that are not known. As `float64`, but after a plain `-`
 *   zeros or the point may come first, too.
 */
export type NumberKind = "int64" | "float64" | "skipped";

const MINUS = 0x2d;
const PLUS = 0x2b;
const POINT = 0x2e;
const ZERO = 0x30;

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= 0x39;
const isExponent = (byte: number | undefined): boolean => byte === 0x65 || byte === 0x45;

/** Takes the number that begins at `reader.at`; returns its text, which `Number` understands. */
export function readNumberText(reader: JsonReader, kind: NumberKind): string {
  const { bytes, end } = reader;
  const start = reader.at;
  let at = start;
  if (at < end && bytes[at] === MINUS) at += 1;
  const negative = at > start;
  const plus = negative && kind !== "int64" && at < end && bytes[at] === PLUS;
  if (plus) at += 1;
  const first = at;
  at = afterDigits(reader, at);
  const whole = at - first;
  const leadingZero = whole > 1 && bytes[first] === ZERO;
  if (kind === "int64") {
    if (whole === 0) reader.fail("a whole number expected", at);
    if (at < end && (bytes[at] === POINT || isExponent(bytes[at])))
      reader.fail("a whole number expected", at);
  } else {
    at = afterFraction(reader, at);
    if (at === first) reader.fail("a number expected", at);
  }
  if (kind !== "int64" && at < end && isExponent(bytes[at])) at = afterExponent(reader, at + 1);
  if (whole === 0 || leadingZero) {
    const passes = plus || (kind === "skipped" && negative);
    if (!passes) reader.fail(whole === 0 ? "a digit expected" : "a number with a leading zero", first);
    reader.odd(true);
  }
  reader.at = at;
  if (!plus) return bytes.toString("latin1", start, at);
  reader.odd(true);
  return `-${bytes.toString("latin1", first, at)}`;
}

function afterDigits(reader: JsonReader, from: number): number {
  const { bytes, end } = reader;
  let at = from;
  while (at < end && isDigit(bytes[at])) at += 1;
  return at;
}

function afterFraction(reader: JsonReader, from: number): number {
  if (from >= reader.end || reader.bytes[from] !== POINT) return from;
  const at = afterDigits(reader, from + 1);
  if (at === from + 1) reader.fail("a digit expected", at);
  return at;
}

function afterExponent(reader: JsonReader, from: number): number {
  const { bytes, end } = reader;
  const first = from < end && (bytes[from] === PLUS || bytes[from] === MINUS) ? from + 1 : from;
  const at = afterDigits(reader, first);
  if (at === first) reader.fail("a digit expected", at);
  return at;
}
