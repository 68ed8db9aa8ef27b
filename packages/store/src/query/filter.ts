type OneOrMore<T> = T | readonly T[];

/** What a container is asked for. A list is met by any of its values, so an empty one by no container. */
export interface FilterConditions {
  /** The id, or its beginning. */
  readonly id?: OneOrMore<string> | undefined;
  /**
   * A regular expression in the syntax of Go's `regexp`, found anywhere in one
   * of the names. It takes time in proportion to the name, whatever both are.
   * A `RegExp` is read as such a pattern: its flags i, m and s count, and what
   * Go has not (looking around, references back) is ERR_INVALID_FILTER.
   */
  readonly name?: OneOrMore<string | RegExp> | undefined;
  /** The image, or its beginning; "" for containers without one. */
  readonly image?: OneOrMore<string> | undefined;
  /** The layer, or its beginning; "" for containers without one. */
  readonly layer?: OneOrMore<string> | undefined;
  /** `KEY` for a flag that is there, `KEY=VALUE` for one with that value. The first `=` ends the key. */
  readonly flag?: OneOrMore<string> | undefined;
  /** `PATH` for a place in the metadata, which is JSON then, `PATH=VALUE` for one with that value. */
  readonly metadata?: OneOrMore<string> | undefined;
  /** Made before that moment (see `since`), or before that container was. */
  readonly before?: OneOrMore<string | Date> | undefined;
  /**
   * Made at that moment or later, or after that container. Text that reads as a
   * time is one: RFC 3339, a date (UTC), `@` and seconds since 1970, or how long
   * ago (`90s`, `1h30m`, `7d`). Any other is a container, as `get` takes it.
   */
  readonly since?: OneOrMore<string | Date> | undefined;
  /** Whether the record lives in the volatile file. */
  readonly volatile?: OneOrMore<boolean> | undefined;
  /** true: has big data; false: has none; text: has an item with that key. */
  readonly hasData?: OneOrMore<boolean | string> | undefined;
}

/** All conditions have to be met, and none of those in `not`. */
export interface Filter extends FilterConditions {
  readonly not?: FilterConditions | undefined;
}

export type FilterProperty = keyof FilterConditions;

/** What each condition is called as text. In the order of what asking costs: the last ones decode the record. */
export const FILTER_KEYS: ReadonlyMap<FilterProperty, string> = new Map([
  ["id", "id"],
  ["volatile", "volatile"],
  ["layer", "layer"],
  ["name", "name"],
  ["image", "image"],
  ["hasData", "has-data"],
  ["flag", "flag"],
  ["before", "before"],
  ["since", "since"],
  ["metadata", "metadata"],
]);
