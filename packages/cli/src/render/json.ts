/** JSON that is already written, such as a record in the store's own spelling. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What `--json` can show. Members that are undefined are left out. */
export type Encodable =
  | null
  | boolean
  | number
  | bigint
  | string
  | RawJson
  | readonly Encodable[]
  | ReadonlyMap<string, Encodable>
  | { readonly [key: string]: Encodable | undefined };

/**
 * One line of JSON, without the line's end. Sizes beyond 2^53 are written with
 * every digit, minus zero stays minus zero, and what steers a terminal is written
 * as an escape, which reads back as the same character.
 */
export function encodeJson(value: Encodable): string {
  return harmless(encode(value));
}

/**
 * One line of JSON for a program that compares bytes: text is spelled as Go's
 * encoding/json spells it, with HTML's characters as escapes.
 */
export function encodeJsonAsGo(value: Encodable): string {
  return encode(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function encode(value: Encodable | undefined): string {
  if (value instanceof RawJson) return value.text;
  if (value === null || value === undefined) return "null";
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : JSON.stringify(value);
  if (typeof value !== "object") return JSON.stringify(value);
  if (isArray(value)) return `[${value.map(encode).join(",")}]`;
  const members: string[] = [];
  const entries: Iterable<readonly [string, Encodable | undefined]> = isMap(value)
    ? value
    : Object.entries(value);
  for (const [key, member] of entries) {
    if (member !== undefined) members.push(`${JSON.stringify(key)}:${encode(member)}`);
  }
  return `{${members.join(",")}}`;
}

// `Array.isArray` does not narrow a readonly array.
function isArray(value: object): value is readonly Encodable[] {
  return Array.isArray(value);
}

/** Anything with a map's face; the store has kinds of its own. */
function isMap(value: object): value is ReadonlyMap<string, Encodable> {
  return Symbol.iterator in value;
}

// These can only stand inside strings, where the escape means the same.
const steering = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function harmless(json: string): string {
  return json.replace(steering, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^{}[\],:"\s]+/gs;

/**
 * The same JSON with line breaks and an indent of four, as `podman inspect`.
 * Works on the text, so that numbers keep their digits; strings lose only the
 * escapes they do not need.
 */
export function indentJson(json: string): string {
  const out: string[] = [];
  let depth = 0;
  let opened = false;
  const newLine = (): string => `\n${"    ".repeat(depth)}`;
  for (const [token] of json.matchAll(tokens)) {
    const closes = token === "}" || token === "]";
    if (closes) depth -= 1;
    // An empty object or array stays in one line.
    if (opened ? !closes : closes) out.push(newLine());
    opened = token === "{" || token === "[";
    if (opened) depth += 1;
    if (token === ",") out.push(token, newLine());
    else if (token === ":") out.push(": ");
    else out.push(token.startsWith('"') && token.includes("\\") ? respell(token) : token);
  }
  return harmless(out.join(""));
}

function respell(token: string): string {
  return JSON.stringify(JSON.parse(token));
}
