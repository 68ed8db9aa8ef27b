import type { Catalog, HasContainer } from "../catalog/catalog.ts";
import { requireContainer } from "../catalog/rules.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import type { JsonValue } from "../model/json-value.ts";
import { kindOf, text } from "../model/text.ts";
import { invalidFilter } from "./filter-errors.ts";
import { FILTER_KEYS, type FilterProperty } from "./filter.ts";
import { isText } from "./json-text.ts";
import { readMetadataCondition, valueAt } from "./metadata-path.ts";
import { createdAt, readMoment } from "./times.ts";

/** What a view of a store must answer, so that it can be asked by filters. */
export type QueryView = Pick<Catalog<HasContainer>, "list" | "find" | "candidates">;

export type Test = (container: Container) => boolean;

/** A condition as it was given; the view and the time in which it is asked make a test of it. */
export type Condition = (view: QueryView, now: bigint) => Test;

/** Makes a search for a pattern, in time that grows with the text alone. @throws Error when it is no pattern */
export type CompilePattern = (pattern: string | RegExp) => (text: string) => boolean;

/** Much longer than a pattern that somebody wrote; what is compiled grows with it. */
const LONGEST_PATTERN = 1_000;

/** How each condition is read; all of them are met by any of the values. */
const readers: Readonly<
  Record<FilterProperty, (values: readonly unknown[], compilePattern: CompilePattern) => Condition>
> = {
  id: (values) => {
    const beginnings = values.map((value) => filledText("id", value));
    return always(({ id }) => beginnings.some((beginning) => id.startsWith(beginning)));
  },
  name: (values, compilePattern) => {
    const searches = values.map((value) => readPattern(value, compilePattern));
    return always(({ names }) => searches.some((isIn) => names.some(isIn)));
  },
  image: (values) => beginsWith("image", values),
  layer: (values) => beginsWith("layer", values),
  flag: (values) => {
    const wanted = values.map((value) => readFlag(filledText("flag", value)));
    return always(({ flags }) => wanted.some(({ key, value }) => isAsked(flags.get(key), value)));
  },
  metadata: (values) => {
    const wanted = values.map((value) => readPath(filledText("metadata", value)));
    return always(({ metadata }) => {
      const root = readJson(metadata);
      return root !== undefined && wanted.some(({ path, value }) => isAsked(valueAt(root, path), value));
    });
  },
  before: (values) => {
    const moments = values.map((value) => readTime("before", value));
    return (view, now) => {
      const latest = moments.map((moment) => moment(view, now).at);
      return (container) => {
        const created = createdAt(container);
        return latest.some((at) => created < at);
      };
    };
  },
  since: (values) => {
    const moments = values.map((value) => readTime("since", value));
    return (view, now) => {
      // After the container, which itself is not among those made since.
      const earliest = moments.map((moment) => moment(view, now)).map(({ at, of }) => (of ? at + 1n : at));
      return (container) => {
        const created = createdAt(container);
        return earliest.some((at) => created >= at);
      };
    };
  },
  volatile: (values) => {
    const wanted = new Set(values.map((value) => readBoolean("volatile", value)));
    return always(({ volatile }) => wanted.has(volatile));
  },
  hasData: (values) => {
    const wanted = values.map((value) => (typeof value === "boolean" ? value : filledText("hasData", value)));
    return always(({ bigDataNames: keys }) =>
      wanted.some((key) => (typeof key === "string" ? keys.includes(key) : keys.length > 0 === key)),
    );
  },
};

/** @throws StowageError ERR_INVALID_FILTER; TypeError for a value of the wrong type */
export function readCondition(
  property: FilterProperty,
  given: unknown,
  compilePattern: CompilePattern,
): Condition {
  return readers[property](Array.isArray(given) ? given : [given], compilePattern);
}

const always =
  (test: Test): Condition =>
  () =>
    test;

/** An empty value is mostly a variable that was not set, and would match everything. */
function filledText(property: FilterProperty, given: unknown): string {
  const value = text(given, `filter.${property}`);
  if (value === "") throw invalidFilter(FILTER_KEYS.get(property)!, value, "give it a value");
  return value;
}

function readBoolean(property: FilterProperty, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`filter.${property} must be true or false, not ${kindOf(value)}`);
}

function beginsWith(field: "image" | "layer", values: readonly unknown[]): Condition {
  const beginnings = values.map((value) => text(value, `filter.${field}`));
  return always((container) =>
    beginnings.some((beginning) =>
      beginning === "" ? container[field] === "" : container[field].startsWith(beginning),
    ),
  );
}

function readPattern(value: unknown, compilePattern: CompilePattern): (name: string) => boolean {
  const pattern = value instanceof RegExp ? value : filledText("name", value);
  const source = value instanceof RegExp ? value.source : (pattern as string);
  if (source.length > LONGEST_PATTERN) {
    throw invalidFilter("name", source, `a pattern has at most ${LONGEST_PATTERN} characters`);
  }
  try {
    return compilePattern(pattern);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw invalidFilter("name", source, `it is no regular expression as Go has them: ${why}`, error);
  }
}

function readFlag(given: string): { readonly key: string; readonly value: string | undefined } {
  const end = given.indexOf("=");
  if (end === 0) throw invalidFilter("flag", given, "it begins with the flag: flag=KEY or flag=KEY=VALUE");
  return end < 0
    ? { key: given, value: undefined }
    : { key: given.slice(0, end), value: given.slice(end + 1) };
}

function readPath(given: string): NonNullable<ReturnType<typeof readMetadataCondition>> {
  const condition = readMetadataCondition(given);
  if (condition !== undefined) return condition;
  throw invalidFilter(
    "metadata",
    given,
    "it begins with a path, such as image-name, a.b, list[0] or ['a.b']",
  );
}

/** Whether there is something and it is what was asked for. */
const isAsked = (value: JsonValue | undefined, wanted: string | undefined): boolean =>
  value !== undefined && (wanted === undefined || isText(value, wanted));

/** Metadata may be any text: what is no JSON has nothing at any path. */
function readJson(metadata: string): JsonValue | undefined {
  if (metadata === "") return undefined;
  try {
    return JSON.parse(metadata) as JsonValue;
  } catch {
    return undefined;
  }
}

type Moment = (view: QueryView, now: bigint) => { readonly at: bigint; readonly of?: Container };

function readTime(property: "before" | "since", given: unknown): Moment {
  if (given instanceof Date) {
    const milliseconds = given.getTime();
    if (Number.isNaN(milliseconds)) throw new TypeError(`filter.${property} is an invalid Date`);
    return () => ({ at: BigInt(milliseconds) * 1_000_000n });
  }
  const asked = filledText(property, given);
  return (view, now) => {
    const at = readMoment(asked, now);
    if (at !== undefined) return { at };
    const of = containerOf(view, property, asked);
    return { at: createdAt(of), of };
  };
}

function containerOf(view: QueryView, property: "before" | "since", ref: string): Container {
  try {
    return requireContainer(view, ref);
  } catch (error) {
    if (!(error instanceof StowageError)) throw error;
    throw new StowageError(
      error.code,
      `the filter ${property}, which takes a container or a time such as 2024-01-02, ` +
        `2024-01-02T15:04:05Z, @1704207845 or 1h30m: ${error.message}`,
      { ...error.details, filter: property },
    );
  }
}
