import type { Container } from "../model/container.ts";
import { compileFilter, hasPatterns } from "./compile-filter.ts";
import type { CompilePattern, QueryView } from "./conditions.ts";
import type { Filter } from "./filter.ts";
import { readSort, type SortKey } from "./order.ts";
import { parseFilters } from "./parse-filters.ts";

/** Which containers, and in which order. Without any of it: all, in the order of the store. */
export interface Query {
  /** As an object, or as text, `key=value` each: see `parseFilters`. */
  readonly filter?: Filter | string | readonly string[] | undefined;
  /** Ascending. What is equal stays in the order of the store. */
  readonly sort?: SortKey | undefined;
  /** The same order from its end. */
  readonly reverse?: boolean | undefined;
  /** At most so many, counted when they are filtered and sorted. */
  readonly limit?: number | undefined;
}

/** Answers a query in a view. @throws StowageError ERR_CONTAINER_UNKNOWN: see `compileFilter` */
export type Selection = (view: QueryView, now: bigint) => readonly Container[];

/** Whether it asks for all containers as they are. */
export function isPlain({ filter, sort, reverse, limit }: Query): boolean {
  return filter === undefined && sort === undefined && (reverse ?? false) === false && limit === undefined;
}

/** Whether it can be compiled without a compiler of patterns. */
export function needsPatterns({ filter }: Query): boolean {
  return filter !== undefined && hasPatterns(readFilter(filter));
}

/**
 * @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER, ERR_INVALID_SORT;
 * TypeError for a value of the wrong type
 */
export function compileQuery(query: Query, compilePattern: CompilePattern): Selection {
  if (isPlain(query)) return (view) => view.list();
  const { filter, sort, reverse = false, limit = Infinity } = query;
  const condition = filter === undefined ? undefined : compileFilter(readFilter(filter), compilePattern);
  const sorted = sort === undefined ? undefined : readSort(sort);
  if (typeof reverse !== "boolean") throw new TypeError("reverse must be true or false");
  if (limit !== Infinity && !(Number.isSafeInteger(limit) && limit >= 0)) {
    throw new TypeError(`limit must be a whole number from 0 on, not ${String(limit)}`);
  }
  return (view, now) => {
    let containers = view.list();
    if (condition !== undefined) containers = containers.filter(condition(view, now));
    if (sorted !== undefined) containers = sorted(containers);
    if (reverse) containers = containers.toReversed();
    return Object.freeze(containers.slice(0, limit));
  };
}

/** @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER */
export function readFilter(filter: NonNullable<Query["filter"]>): Filter {
  return typeof filter === "string" || isList(filter) ? parseFilters(filter) : filter;
}

const isList = (value: unknown): value is readonly string[] => Array.isArray(value);
