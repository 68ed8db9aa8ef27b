import { CodecError } from "./codec-error.ts";
import { decodeText, isUtf8 } from "./utf8.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What a byte means inside a string. */
const PLAIN = 0;
const UNUSUAL = 1; // `<`, `>`, `&`: Go writes them as escapes
const WIDE = 2; // part of a character beyond ASCII
const SPECIAL = 3; // the end, an escape, a control character
const kinds = new Uint8Array(256);
kinds.fill(SPECIAL, 0, 0x20);
kinds.fill(WIDE, 0x80);
kinds[QUOTE] = SPECIAL;
kinds[BACKSLASH] = SPECIAL;
for (const unusual of "<>&") kinds[unusual.charCodeAt(0)] = UNUSUAL;

/** What an escape stands for, by the byte after the backslash; -1 where there is none. */
const escapes = new Int16Array(256).fill(-1);
for (const [letter, meaning] of ['""', "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"].map((two) => [
  two[0]!,
  two[1]!,
])) {
  escapes[letter!.charCodeAt(0)] = meaning!.charCodeAt(0);
}

/** Between the two, everything is one byte of a number or a word. */
const LARGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

/** As deep as containers/storage reads. */
export const DEEPEST = 10_000;

/**
 * Reads JSON tokens from bytes, as strictly and as loosely as containers/storage
 * does, and notes whether all that was read is written as Go would write it.
 */
export class JsonReader {
  readonly bytes: Buffer;
  readonly end: number;
  at: number;
  /** False as soon as something was read that Go would have written otherwise. */
  canonical = true;

  constructor(bytes: Uint8Array, start: number, end: number) {
    this.bytes = Buffer.isBuffer(bytes)
      ? bytes
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = start;
    this.end = end;
  }

  fail(reason: string, at = this.at): never {
    throw new CodecError(at >= this.end ? `the end came too early (${reason})` : reason, at);
  }

  /** The next byte that is no white space, without taking it; -1 at the end. */
  peek(): number {
    while (this.at < this.end) {
      const byte = this.bytes[this.at]!;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte;
      this.at += 1;
      this.canonical = false;
    }
    return -1;
  }

  /** Takes this byte, or fails. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.fail(`"${String.fromCharCode(byte)}" expected`);
    this.at += 1;
  }

  /** Takes this byte if it is the next one. */
  take(byte: number): boolean {
    if (this.peek() !== byte) return false;
    this.at += 1;
    return true;
  }

  /** Takes the word if it is what comes next. */
  takeWord(word: string): boolean {
    if (this.peek() !== word.charCodeAt(0)) return false;
    if (
      this.bytes.toString("latin1", this.at, this.at + word.length) !== word ||
      this.at + word.length > this.end
    ) {
      this.fail(`${word} expected`);
    }
    this.at += word.length;
    return true;
  }

  string(): string {
    this.expect(QUOTE);
    const { bytes, end } = this;
    const start = this.at;
    let seen = 0;
    let at = start;
    for (; at < end; at += 1) {
      const kind = kinds[bytes[at]!]!;
      if (kind === SPECIAL) break;
      seen |= kind;
    }
    this.at = at;
    if (at >= end) this.fail("a string is not closed");
    if (bytes[at] === QUOTE) {
      this.at = at + 1;
      if (seen === PLAIN) return bytes.toString("latin1", start, at);
      return this.#textOf(start, at, seen);
    }
    if (bytes[at] !== BACKSLASH) this.fail("a control character in a string");
    return this.#withEscapes(start, at);
  }

  #textOf(start: number, end: number, seen: number): string {
    if ((seen & UNUSUAL) !== 0) this.canonical = false;
    if ((seen & WIDE) === 0) return this.bytes.toString("latin1", start, end);
    if (!isUtf8(this.bytes, start, end)) {
      this.canonical = false;
      return decodeText(this.bytes, start, end);
    }
    const text = this.bytes.toString("utf8", start, end);
    if (text.includes("\u2028") || text.includes("\u2029")) this.canonical = false;
    return text;
  }

  /** As Go's library: after the first escape control characters are let through. */
  #withEscapes(start: number, firstEscape: number): string {
    const { bytes, end } = this;
    let text = "";
    let run = start;
    let at = firstEscape;
    let seen = 0;
    for (let before = start; before < at; before += 1) seen |= kinds[bytes[before]!]!;
    for (;;) {
      if (at >= end) this.fail("a string is not closed", end);
      const byte = bytes[at]!;
      if (byte === QUOTE) break;
      if (byte !== BACKSLASH) {
        if (byte < 0x20) this.canonical = false;
        else seen |= kinds[byte]!;
        at += 1;
        continue;
      }
      text += this.#textOf(run, at, seen);
      seen = 0;
      this.at = at + 1;
      text += this.#escape();
      at = this.at;
      run = at;
    }
    text += this.#textOf(run, at, seen);
    this.at = at + 1;
    return text;
  }

  #escape(): string {
    const letter = this.at < this.end ? this.bytes[this.at]! : this.fail("a string is not closed");
    this.at += 1;
    if (letter !== 0x75) {
      const meaning = escapes[letter]!;
      if (meaning < 0) this.fail("an escape that JSON does not have", this.at - 1);
      // Go writes `\/` bare, and \b and \f by their numbers.
      if (meaning === 0x2f || meaning === 0x08 || meaning === 0x0c) this.canonical = false;
      return String.fromCharCode(meaning);
    }
    const unit = this.#fourDigits();
    if ((unit & 0xf800) !== 0xd800) return String.fromCharCode(unit);
    // A surrogate. Only the two halves of a pair that stand together make a character.
    this.canonical = false;
    if (this.bytes[this.at] !== BACKSLASH || this.at >= this.end) return "\ufffd";
    this.at += 1;
    if (this.bytes[this.at] !== 0x75) return `\ufffd${this.#escape()}`;
    this.at += 1;
    const second = this.#fourDigits();
    const paired = unit < 0xdc00 && (second & 0xfc00) === 0xdc00;
    if (paired) return String.fromCharCode(unit, second);
    return `\ufffd${(second & 0xf800) === 0xd800 ? "\ufffd" : String.fromCharCode(second)}`;
  }

  #fourDigits(): number {
    let value = 0;
    for (let count = 0; count < 4; count += 1) {
      const byte = this.at < this.end ? this.bytes[this.at]! : -1;
      const digit =
        byte >= 0x30 && byte <= 0x39
          ? byte - 0x30
          : byte >= 0x61 && byte <= 0x66
            ? byte - 0x57
            : byte >= 0x41 && byte <= 0x46
              ? byte - 0x37
              : -1;
      if (digit < 0) this.fail("four hexadecimal digits expected");
      if (byte <= 0x46 && byte >= 0x41) this.canonical = false;
      value = value * 16 + digit;
      this.at += 1;
    }
    // Only what Go writes by number may stand so in its files.
    const byNumber =
      (value < 0x20 && value !== 0x09 && value !== 0x0a && value !== 0x0d) ||
      value === 0x3c ||
      value === 0x3e ||
      value === 0x26 ||
      value === 0x2028 ||
      value === 0x2029;
    if (!byNumber) this.canonical = false;
    return value;
  }

  /** The text of a number by JSON's grammar. */
  numberText(): string {
    this.peek();
    const start = this.at;
    const { bytes, end } = this;
    let at = start;
    const digits = (): void => {
      const first = at;
      while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at += 1;
      if (at === first) this.fail("a digit expected", at);
    };
    if (bytes[at] === 0x2d) at += 1;
    if (at < end && bytes[at] === 0x30) {
      at += 1;
      if (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) this.fail("a number with a leading zero", at);
    } else {
      digits();
    }
    if (at < end && bytes[at] === 0x2e) {
      at += 1;
      digits();
    }
    if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
      at += 1;
      if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at += 1;
      digits();
    }
    this.at = at;
    return bytes.toString("latin1", start, at);
  }

  /** A whole number of 64 bits: no fraction, no exponent. */
  int64(): number | bigint {
    const start = this.at;
    const text = this.numberText();
    if (!/^-?\d+$/.test(text)) this.fail("a whole number expected", start);
    if (text === "-0") {
      this.canonical = false;
      return 0;
    }
    const value = Number(text);
    if (Number.isSafeInteger(value)) return value;
    const exact = BigInt(text);
    if (exact > LARGEST || exact < SMALLEST) this.fail("a number beyond 64 bits", start);
    return exact;
  }

  /** A float of 64 bits, as Go reads every number in flags. */
  float64(): number {
    const start = this.at;
    const value = Number(this.numberText());
    if (!Number.isFinite(value)) this.fail("a number beyond 64-bit floats", start);
    return value;
  }
}
