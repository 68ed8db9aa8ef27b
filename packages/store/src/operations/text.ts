import { StowageError } from "../errors.ts";

/**
 * Text that came from a caller. Lone surrogates become U+FFFD, as in Go's
 * decoder: a file holds UTF-8.
 *
 * @throws TypeError when it is no string
 */
export function text(value: unknown, what: string): string {
  if (typeof value !== "string") throw new TypeError(`${what} must be a string, not ${kind(value)}`);
  return value.toWellFormed();
}

/** @throws TypeError when it is no array of strings */
export function texts(values: unknown, what: string): string[] {
  if (!Array.isArray(values)) throw new TypeError(`${what} must be an array of strings, not ${kind(values)}`);
  return values.map((value: unknown) => text(value, what));
}

/** The text of a name with `{n}` in it, once. @throws StowageError ERR_INVALID_ARGUMENT */
export function nameTemplate(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const template = text(value, "nameTemplate");
  if (template.split("{n}").length === 2) return template;
  throw new StowageError(
    "ERR_INVALID_ARGUMENT",
    `the template of a name must have {n} in it just once, for the number, such as "web-{n}"; it is ${JSON.stringify(template)}`,
  );
}

/** A key of a big data item. @throws StowageError ERR_INVALID_BIG_DATA_NAME when it is empty */
export function itemKey(value: unknown, doing: string): string {
  const key = text(value, "the key of a big data item");
  if (key !== "") return key;
  throw new StowageError(
    "ERR_INVALID_BIG_DATA_NAME",
    `can't ${doing} with an empty name; give the item a key: not a valid name for a big data item`,
    { key },
  );
}

const kind = (value: unknown): string => (value === null ? "null" : typeof value);
