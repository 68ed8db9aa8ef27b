import { goString } from "./go-string.ts";
import { JsonReader } from "./json-reader.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const MINUS = 0x2d;
const LETTER_N = 0x6e;

/**
 * A value that Go's library read although it is no JSON, as JSON. Only what is
 * none is written otherwise, and all else stays as it stands: no digit of a
 * number is lost, and no white space.
 *
 * Bytes that are no UTF-8 become `\ufffd`, as in the members that Go knows.
 *
 * @param start where a value begins that was read without an error, up to `end`
 */
export function rewriteLoose(bytes: Buffer, start: number, end: number): string {
  const reader = new JsonReader(bytes, start, end);
  let text = "";
  for (let byte = reader.bytes[start]; reader.at < end; byte = reader.bytes[reader.at]) {
    const from = reader.at;
    if (byte === QUOTE) {
      reader.loose = false;
      const value = reader.string();
      text += reader.loose ? goString(value) : bytes.toString("utf8", from, reader.at);
    } else if (byte === MINUS || isDigit(byte)) {
      while (isPartOfNumber(reader.bytes[reader.at]) && reader.at < end) reader.at += 1;
      text += jsonNumber(bytes.toString("latin1", from, reader.at));
    } else if (byte === LETTER_N) {
      reader.takeWord("null");
      const behind = reader.at;
      // Where a key stands it is the empty one.
      text += reader.peek() === COLON ? '""' : "null";
      reader.at = behind;
    } else {
      reader.at += 1;
      text += bytes.toString("latin1", from, reader.at);
    }
  }
  return text;
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

const isPartOfNumber = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && "+-.eE".includes(String.fromCharCode(byte)));

/** Takes away the plus and the zeros that JSON does not have, and puts a zero where it wants one. */
function jsonNumber(text: string): string {
  const [, sign = "", whole = "", rest = ""] = /^(-?)\+?(\d*)(.*)$/.exec(text) ?? [];
  return `${sign}${whole.replace(/^0+(?=\d)/, "") || "0"}${rest}`;
}
