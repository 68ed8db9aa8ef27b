import type { JsonValue } from "../model/json-value.ts";

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Whether a JSON value is what a caller's text says: a string by itself, a number
 * by its value (as 64-bit float, as everybody reads it), `true`, `false` and
 * `null` by their words. Lists and objects are no text.
 */
export function isText(value: JsonValue, text: string): boolean {
  switch (typeof value) {
    case "string":
      return value === text;
    case "number":
      return NUMBER.test(text) && Number(text) === value;
    case "boolean":
      return String(value) === text;
    default:
      return value === null && text === "null";
  }
}
