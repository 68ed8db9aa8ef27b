import { CodecError } from "./codec-error.ts";
import { kinds, PLAIN, SPECIAL, UNUSUAL, WIDE } from "./json-kinds.ts";
import { readNumberText } from "./json-numbers.ts";
import { readRestOfString } from "./json-strings.ts";
import { decodeText, isUtf8 } from "./utf8.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);
/** Of a number of 64 bits, its sign among them; zeros may not come first. */
const MOST_DIGITS = String(SMALLEST).length;

/** Lists and objects that may be open at once: as deep as containers/storage reads. */
export const DEEPEST = 10_000;

/**
 * Reads JSON tokens from bytes, as strictly and as loosely as containers/storage
 * does, and notes what was odd about them.
 *
 * Where it is looser than JSON: `null` may stand for a key, which is then empty;
 * control characters may follow an escape in a string; a float may begin with
 * `-+`; bytes that are no UTF-8 are text (see `utf8.ts`).
 */
export class JsonReader {
  readonly bytes: Buffer;
  readonly end: number;
  at: number;
  /** False as soon as something was read that Go would have written otherwise. */
  canonical = true;
  /** True as soon as something was read that is no JSON. */
  loose = false;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  fail(reason: string, at = this.at): never {
    throw new CodecError(
      at >= this.end ? `the end came too early (${reason})` : reason,
      Math.min(at, this.end),
    );
  }

  /** Notes that Go would write what was read otherwise; with `loose` also that it is no JSON. */
  odd(loose = false): void {
    this.canonical = false;
    if (loose) this.loose = true;
  }

  /** The next byte that is no white space, without taking it; -1 at the end. */
  peek(): number {
    const { bytes, end } = this;
    for (let at = this.at; at < end; at += 1) {
      const byte = bytes[at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.at = at;
        return byte;
      }
      this.canonical = false;
    }
    this.at = end;
    return -1;
  }

  /** Takes this byte, or fails. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.fail(`\`${String.fromCharCode(byte)}\` expected`);
    this.at += 1;
  }

  /** Takes this byte if it is the next one. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at += 1;
    return true;
  }

  /** Takes the word if its first letter is what comes next; fails when the rest is something else. */
  takeWord(word: string): boolean {
    if (this.peek() !== word.charCodeAt(0)) return false;
    for (let index = 1; index < word.length; index += 1) {
      if (this.at + index >= this.end || this.bytes[this.at + index] !== word.charCodeAt(index)) {
        this.fail(`\`${word}\` expected`, this.at + index);
      }
    }
    this.at += word.length;
    return true;
  }

  /** A string with its quotes. Lenient: control characters are let through before an escape, too. */
  string(isLenient = false): string {
    if (this.peek() !== QUOTE) this.fail("a string expected");
    const { bytes, end } = this;
    const start = this.at + 1;
    let seen = PLAIN;
    let at = start;
    for (; at < end; at += 1) {
      const kind = kinds[bytes[at]!]!;
      if (kind === SPECIAL) break;
      seen |= kind;
    }
    if (at >= end) this.fail("a string is not closed", end);
    if (bytes[at] === QUOTE) {
      this.at = at + 1;
      return this.plainText(start, at, seen);
    }
    if (bytes[at] !== BACKSLASH && !isLenient) this.fail("a control character in a string", at);
    return readRestOfString(this, start, at, seen);
  }

  /** A key and its colon. `null` may stand for the empty key, as in Go's library. Lenient: see `string`. */
  key(isLenient = false): string {
    const byte = this.peek();
    let key = "";
    if (byte === QUOTE) key = this.string(isLenient);
    else if (byte !== 0x6e) this.fail("a key expected");
    else if (this.takeWord("null")) this.odd(true);
    this.expect(0x3a);
    return key;
  }

  /** The text of bytes without escapes; `seen` says of which kinds they are. */
  plainText(start: number, end: number, seen: number): string {
    if ((seen & UNUSUAL) !== 0) this.odd();
    if ((seen & WIDE) === 0) return this.bytes.toString("latin1", start, end);
    if (!isUtf8(this.bytes, start, end)) {
      this.odd(true);
      return decodeText(this.bytes, start, end);
    }
    const text = this.bytes.toString("utf8", start, end);
    if (text.includes("\u2028") || text.includes("\u2029")) this.odd();
    return text;
  }

  /** A whole number of 64 bits: no fraction, no exponent. */
  int64(): number | bigint {
    this.peek();
    const start = this.at;
    const text = readNumberText(this, "int64");
    // Not even tried: to make a number of millions of digits takes seconds.
    if (text.length > MOST_DIGITS) this.fail("a number beyond 64 bits", start);
    const value = Number(text);
    if (Object.is(value, -0)) {
      this.odd();
      return 0;
    }
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(text);
    if (exact > LARGEST || exact < SMALLEST) this.fail("a number beyond 64 bits", start);
    return exact;
  }

  /** A float of 64 bits, as Go reads every number in flags. */
  float64(): number {
    this.peek();
    const start = this.at;
    const value = Number(readNumberText(this, "float64"));
    if (!Number.isFinite(value)) this.fail("a number beyond 64-bit floats", start);
    return value;
  }
}
