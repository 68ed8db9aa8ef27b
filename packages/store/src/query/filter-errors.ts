import { StowageError } from "../errors.ts";

/** Filters of podman's that are called otherwise here, or that ask for what is not in the records. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ["ancestor", "image"],
  ["until", "before"],
]);

const LABELS =
  "podman keeps labels in a database of its own, not in the records of containers; " +
  "what is in the records is asked for with flag and metadata";

/** @param known as they are written in the form that was used */
export function unknownFilter(key: string, known: readonly string[]): StowageError {
  const near = ELSEWHERE.get(key) ?? nearest(key, known);
  const advice = isLabel(key) ? `${LABELS}; the` : near === undefined ? "the" : `did you mean ${near}? The`;
  return new StowageError(
    "ERR_UNKNOWN_FILTER",
    `there is no filter ${shown(key)}; ${advice} filters are ${known.join(", ")}`,
    { filter: key, candidates: known },
  );
}

/** @param key as it is written in the form that was used */
export function invalidFilter(key: string, value: string, why: string, cause?: unknown): StowageError {
  return new StowageError("ERR_INVALID_FILTER", `the filter ${key}=${shown(value)}: ${why}`, {
    filter: key,
    value,
    cause,
  });
}

/** A caller's text in a message: quoted, and cut when it is long. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

const isLabel = (key: string): boolean => plain(key) === "label";

/** The same word in other clothes (`names`, `has_data`), or the beginning of one (`meta`). */
function nearest(key: string, known: readonly string[]): string | undefined {
  const word = plain(key);
  return (
    known.find((one) => plain(one) === word) ??
    (word.length < 3 ? undefined : known.find((one) => plain(one).startsWith(word)))
  );
}

const plain = (key: string): string =>
  key
    .slice(0, 80)
    .toLowerCase()
    .replaceAll(/[^a-z]|s$/g, "");
