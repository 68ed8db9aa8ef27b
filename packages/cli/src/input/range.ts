import { InvalidArgumentError } from "commander";

/** A part of an item: from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** `START:END`, of which one may be missing. */
export function parseRange(text: string): ByteRange {
  const [match, from = "", to = ""] = /^(\d{0,16}):(\d{0,16})$/.exec(text) ?? [];
  const start = from === "" ? undefined : Number(from);
  const end = to === "" ? undefined : Number(to);
  const isRange = match !== undefined && (start !== undefined || end !== undefined);
  if (!isRange || !isExact(start) || !isExact(end) || (start ?? 0) > (end ?? Infinity)) {
    throw new InvalidArgumentError(
      "it takes START:END in bytes, for example 0:512 for the first 512, or 512: for the rest.",
    );
  }
  return { start, end };
}

const isExact = (value: number | undefined): boolean => value === undefined || Number.isSafeInteger(value);
