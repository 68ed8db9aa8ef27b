import type { JsonValue } from "./json-value.ts";

/** Deeper values exist only as attacks, and the call stack ends at some thousands. */
const DEEPEST = 1_000;

/**
 * A frozen copy of a value that came from a caller, so that nobody can change a
 * record from outside. Lone surrogates become U+FFFD, as in Go's decoder.
 *
 * @throws TypeError when the value is none that JSON can hold: undefined, a
 * function, a symbol, a bigint, NaN, an infinity, an object of a class (a Date or a
 * Map would be stored as `{}`), or nested too deep (a circle is).
 */
export function copyJson(value: unknown, where: string, depth = 0): JsonValue {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value.toWellFormed();
    case "number":
      if (!Number.isFinite(value)) throw new TypeError(`${where}: ${value} is no JSON number`);
      return value;
    case "object":
      if (value === null) return null;
      break;
    default:
      throw new TypeError(`${where}: a value of type ${typeof value} cannot be stored as JSON`);
  }
  if (depth >= DEEPEST) throw new TypeError(`${where}: nested too deep`);
  if (Array.isArray(value)) {
    return Object.freeze(value.map((item: unknown) => copyJson(item, where, depth + 1)));
  }
  if (!isPlain(value)) {
    throw new TypeError(`${where}: an object of a class, such as Date or Map, cannot be stored as JSON`);
  }
  const copy = Object.create(null) as Record<string, JsonValue>;
  for (const [key, item] of Object.entries(value)) {
    // An assignment would run a setter of that name on an object with a prototype; here it cannot.
    copy[key.toWellFormed()] = copyJson(item, where, depth + 1);
  }
  return Object.freeze(copy);
}

/** Whatever was written as `{…}` or read as JSON, in this realm or another. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
