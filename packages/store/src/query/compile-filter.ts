import { kindOf } from "../model/text.ts";
import { type CompilePattern, type Condition, readCondition, type Test } from "./conditions.ts";
import { unknownFilter } from "./filter-errors.ts";
import { type Filter, FILTER_KEYS, type FilterConditions, type FilterProperty } from "./filter.ts";

/** Whether a pattern has to be compiled for it. */
export function hasPatterns(filter: Filter): boolean {
  return filter.name !== undefined || filter.not?.name !== undefined;
}

/**
 * All of a filter as one condition.
 *
 * @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER; TypeError for
 * values of the wrong type. The condition itself throws ERR_CONTAINER_UNKNOWN
 * where `before` or `since` is neither a container of the view nor a time.
 */
export function compileFilter(filter: Filter, compilePattern: CompilePattern): Condition {
  const { not, ...wanted } = asObject(filter, "filter") as Filter;
  const positive = readConditions(wanted, [...FILTER_KEYS.keys(), "not"], compilePattern);
  const negative =
    not === undefined
      ? []
      : readConditions(asObject(not, "filter.not"), [...FILTER_KEYS.keys()], compilePattern);
  return (view, now) => {
    const all: Test[] = positive.map((condition) => condition(view, now));
    const none: Test[] = negative.map((condition) => condition(view, now));
    return (container) => all.every((test) => test(container)) && !none.some((test) => test(container));
  };
}

function readConditions(
  conditions: FilterConditions,
  known: readonly string[],
  compilePattern: CompilePattern,
): Condition[] {
  for (const key of Object.keys(conditions)) if (!known.includes(key)) throw unknownFilter(key, known);
  return [...FILTER_KEYS.keys()]
    .filter((property: FilterProperty) => conditions[property] !== undefined)
    .map((property) => readCondition(property, conditions[property], compilePattern));
}

function asObject(value: unknown, what: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new TypeError(`${what} must be an object, a string or an array of strings, not ${kindOf(value)}`);
}
