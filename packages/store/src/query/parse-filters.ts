import { texts } from "../model/text.ts";
import { compileFilter } from "./compile-filter.ts";
import { invalidFilter, unknownFilter } from "./filter-errors.ts";
import { type Filter, FILTER_KEYS, type FilterConditions, type FilterProperty } from "./filter.ts";

const PROPERTIES = new Map([...FILTER_KEYS].map(([property, key]) => [key, property]));

/**
 * Reads filters as text, `KEY=VALUE` or `KEY!=VALUE` each, as podman has them:
 * values of one key are alternatives, different keys must all be met, and what
 * is behind `!=` must not be. The result is what a program would write itself;
 * it is frozen.
 *
 * Patterns of names are looked at only when the filter is used.
 *
 * @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER; TypeError when it
 * is neither a string nor an array of strings
 */
export function parseFilters(given: string | readonly string[]): Filter {
  const wanted: Gathered = {};
  const unwanted: Gathered = {};
  for (const filter of texts(typeof given === "string" ? [given] : given, "the filters")) {
    const { property, value, isNegated } = parseFilter(filter);
    const gathered = isNegated ? unwanted : wanted;
    (gathered[property] ??= []).push(value);
  }
  const filter = {
    ...frozen(wanted),
    ...(Object.keys(unwanted).length > 0 ? { not: frozen(unwanted) } : {}),
  };
  // The pattern itself is not compiled here: that needs what is loaded only for filters that are used.
  compileFilter(filter, () => () => false);
  return Object.freeze(filter);
}

type Gathered = { [property in FilterProperty]?: (string | boolean)[] };

/** Each property was given values of its own kind. */
function frozen(gathered: Gathered): FilterConditions {
  for (const values of Object.values(gathered)) Object.freeze(values);
  return Object.freeze(gathered) as FilterConditions;
}

function parseFilter(filter: string): {
  readonly property: FilterProperty;
  readonly value: string | boolean;
  readonly isNegated: boolean;
} {
  const end = filter.indexOf("=");
  const isNegated = end > 0 && filter[end - 1] === "!";
  const key = end < 0 ? filter : filter.slice(0, isNegated ? end - 1 : end);
  const property = PROPERTIES.get(key);
  if (property === undefined) throw unknownFilter(key, [...PROPERTIES.keys()]);
  if (end < 0) throw invalidFilter(key, "", `write ${key}=VALUE, or ${key}!=VALUE for all others`);
  return { property, value: valueOf(property, key, filter.slice(end + 1)), isNegated };
}

function valueOf(property: FilterProperty, key: string, text: string): string | boolean {
  if (property !== "volatile" && property !== "hasData") return text;
  if (text === "true" || text === "false") return text === "true";
  if (property === "hasData") return text;
  throw invalidFilter(key, text, "write true or false");
}
