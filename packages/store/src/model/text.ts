/**
 * Text that came from a caller. Lone surrogates become U+FFFD, as in Go's
 * decoder: a file holds UTF-8.
 *
 * @throws TypeError when it is no string
 */
export function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string, not ${kindOf(value)}`);
  return value.toWellFormed();
}

/** @throws TypeError when it is no array of strings */
export function texts(values: unknown, what: string): string[] {
  if (!Array.isArray(values)) {
    throw new TypeError(`${what} must be an array of strings, not ${kindOf(values)}`);
  }
  return values.map((value: unknown) => text(value, what));
}

/** What sort of value it is, for a message. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : typeof value;
}
