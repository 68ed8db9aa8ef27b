import type { Row } from "../../protocol.ts";

export type SortKey = "name" | "id" | "image" | "layer" | "created" | "size";

export interface Order {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** The name that is shown for an image; the image itself where none is known. */
export type NameOfImage = (image: string) => string;

/**
 * Gives the rows that fit, in order. `before` is what it gave last for the same order: the sort begins there, so that a few
 * changes among many rows cost little.
 */
export type Arrange = (
  rows: ReadonlyMap<string, Row>,
  words: readonly string[],
  order: Order,
  before?: readonly Row[],
) => readonly Row[];

/** For one state of the images' names: what is searched is made once for each row. */
export function arranger(nameOf: NameOfImage): Arrange {
  const haystacks = new WeakMap<Row, string>();
  const haystackOf = (row: Row): string => {
    let haystack = haystacks.get(row);
    if (haystack === undefined) {
      const texts = [...row.names, row.id, row.image, nameOf(row.image), row.layer];
      haystack = texts.join("\n").toLowerCase();
      haystacks.set(row, haystack);
    }
    return haystack;
  };
  const fits = (row: Row, words: readonly string[]): boolean =>
    words.length === 0 || words.every((word) => haystackOf(row).includes(word));
  return (rows, words, { key, descending }, before = []) => {
    const seen = new Set<string>();
    const found: Row[] = [];
    const take = (row: Row | undefined): void => {
      if (row !== undefined && fits(row, words)) found.push(row);
    };
    for (const { id } of before) {
      seen.add(id);
      take(rows.get(id));
    }
    for (const row of rows.values()) if (!seen.has(row.id)) take(row);
    const compare = comparers(nameOf)[key];
    const sign = descending ? -1 : 1;
    // Ids decide between equals, so that rows do not change places without a reason.
    return found.sort((one, other) => sign * compare(one, other) || byText(one.id, other.id));
  };
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const comparers = (nameOf: NameOfImage): Readonly<Record<SortKey, (one: Row, other: Row) => number>> => ({
  name: (one, other) => byText(one.names[0] ?? "", other.names[0] ?? ""),
  id: (one, other) => byText(one.id, other.id),
  image: (one, other) => byText(nameOf(one.image), nameOf(other.image)),
  layer: (one, other) => byText(one.layer, other.layer),
  created: (one, other) => momentOf(one) - momentOf(other) || byText(one.created, other.created),
  size: (one, other) => one.bytes - other.bytes,
});

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
