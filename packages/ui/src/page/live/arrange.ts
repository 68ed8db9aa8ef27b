import type { Row } from "../../protocol.ts";

export type SortKey = "name" | "id" | "image" | "layer" | "created" | "size";

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** What is searched, made once for each row. */
const haystacks = new WeakMap<Row, string>();

export function fits(row: Row, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  let haystack = haystacks.get(row);
  if (haystack === undefined) {
    haystack = [...row.names, row.id, row.image, row.layer].join("\n").toLowerCase();
    haystacks.set(row, haystack);
  }
  return words.every((word) => haystack.includes(word));
}

/**
 * The rows that fit, in order. `before` is what this gave last for the same order: the sort begins there, so that a few
 * changes among many rows cost little.
 */
export function arrange(
  rows: ReadonlyMap<string, Row>,
  words: readonly string[],
  { key, descending }: Order,
  before: readonly Row[] = [],
): readonly Row[] {
  const seen = new Set<string>();
  const found: Row[] = [];
  const take = (row: Row | undefined): void => {
    if (row === undefined || !fits(row, words)) return;
    found.push(row);
  };
  for (const { id } of before) {
    seen.add(id);
    take(rows.get(id));
  }
  for (const row of rows.values()) if (!seen.has(row.id)) take(row);
  const compare = comparers[key];
  const sign = descending ? -1 : 1;
  // Ids decide between equals, so that rows do not change places without a reason.
  return found.sort((one, other) => sign * compare(one, other) || byText(one.id, other.id));
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const comparers: Readonly<Record<SortKey, (one: Row, other: Row) => number>> = {
  name: (one, other) => byText(one.names[0] ?? "", other.names[0] ?? ""),
  id: (one, other) => byText(one.id, other.id),
  image: (one, other) => byText(one.image, other.image),
  layer: (one, other) => byText(one.layer, other.layer),
  created: (one, other) => momentOf(one) - momentOf(other) || byText(one.created, other.created),
  size: (one, other) => one.bytes - other.bytes,
};

const moments = new WeakMap<Row, number>();

/** Milliseconds; what is no moment comes first. */
function momentOf(row: Row): number {
  let moment = moments.get(row);
  if (moment === undefined) {
    const parsed = Date.parse(row.created);
    moment = Number.isNaN(parsed) ? -Number.MAX_VALUE : parsed;
    moments.set(row, moment);
  }
  return moment;
}
