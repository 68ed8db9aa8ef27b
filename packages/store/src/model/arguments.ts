import { StowageError } from "../errors.ts";
import { kindOf } from "./text.ts";

/**
 * Whether a caller has asked for something. Of what removes or changes data, `"false"` must not be taken for yes, nor
 * `null` for no.
 *
 * @throws StowageError ERR_INVALID_ARGUMENT
 */
export function flag(value: unknown, name: string): boolean {
  if (value === undefined) return false;
  if (typeof value === "boolean") return value;
  throw invalid(`${name} must be true or false, not ${shown(value)}`);
}

/** An age that a caller has named. @throws StowageError ERR_INVALID_ARGUMENT */
export function milliseconds(value: unknown, name: string): number | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  throw invalid(`${name} must be a number of milliseconds, 0 or more, not ${shown(value)}`);
}

const shown = (value: unknown): string =>
  ["number", "string"].includes(typeof value) ? `${typeof value} ${String(value)}` : kindOf(value);

const invalid = (message: string): StowageError => new StowageError("ERR_INVALID_ARGUMENT", message);
