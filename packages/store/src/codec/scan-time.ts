import { parseGoTime } from "./go-time.ts";
import { NO, scanString } from "./scan-values.ts";

const QUOTE = 0x22;
const ZERO = 0x30;
const NINE = 0x39;
const LONGEST = "2006-01-02T15:04:05.999999999+07:00".length;

/** Every minute that a clock shows, and every day that all months have, as the digits stand in a time. */
const FORM = "dddd-dd-ddTdd:dd:dd";

/** A creation time in the usual form. */
export function scanTime(bytes: Uint8Array, from: number): number {
  const simple = scanSimpleTime(bytes, from + 1);
  if (simple !== NO && bytes[from] === QUOTE) return simple;
  const at = scanString(bytes, from);
  if (at === NO || at - from - 2 > LONGEST) return NO;
  const text = String.fromCharCode(...bytes.subarray(from + 1, at - 1));
  return parseGoTime(text)?.text === text ? at : NO;
}

/** Whether a time in the usual form stands there, of the kind that nearly all are. */
export function isSimpleTime(bytes: Uint8Array, from: number): boolean {
  return bytes[from] === QUOTE && scanSimpleTime(bytes, from + 1) !== NO;
}

/** What nearly all are: in UTC, on a day that every month has. Returns the place behind the quote. */
function scanSimpleTime(bytes: Uint8Array, from: number): number {
  for (let index = 0; index < FORM.length; index += 1) {
    const byte = bytes[from + index]!;
    const expected = FORM.charCodeAt(index);
    if (expected === 0x64 ? !(byte >= ZERO && byte <= NINE) : byte !== expected) return NO;
  }
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  if (month < 1 || month > 12 || day < 1 || day > 28) return NO;
  if (twoDigits(bytes, from + 11) > 23) return NO;
  if (twoDigits(bytes, from + 14) > 59 || twoDigits(bytes, from + 17) > 59) return NO;
  let at = from + FORM.length;
  if (bytes[at] === 0x2e) {
    const first = at + 1;
    do at += 1;
    while (bytes[at]! >= ZERO && bytes[at]! <= NINE);
    const digits = at - first;
    if (digits < 1 || digits > 9 || bytes[at - 1] === ZERO) return NO;
  }
  return bytes[at] === 0x5a && bytes[at + 1] === QUOTE ? at + 2 : NO;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  return (bytes[at]! - ZERO) * 10 + bytes[at + 1]! - ZERO;
}
