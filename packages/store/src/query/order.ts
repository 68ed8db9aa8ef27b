import { compareKeys } from "../codec/utf8.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import { text } from "../model/text.ts";
import { shown } from "./filter-errors.ts";
import { createdAt } from "./times.ts";

/** What containers can be sorted by: `name` is the first one, `size` the recorded bytes of all big data together. */
export type SortKey = "created" | "name" | "id" | "image" | "layer" | "size";

type Sorter = (containers: readonly Container[]) => Container[];

/** From a container to the key it is sorted by, and how keys compare. */
interface Order<Key> {
  readonly keyOf: (container: Container) => Key;
  readonly compare: (one: Key, other: Key) => number;
}

/** What an order is used for; which kind of key it has stays inside. */
interface Ordering {
  readonly sort: Sorter;
  readonly comparator: () => (one: Container, other: Container) => number;
}

const ORDERINGS: ReadonlyMap<string, Ordering> = new Map<SortKey, Ordering>([
  ["created", byNumber(createdAt)],
  ["name", byText(({ names }) => names[0] ?? "")],
  ["id", byText(({ id }) => id)],
  ["image", byText(({ image }) => image)],
  ["layer", byText(({ layer }) => layer)],
  ["size", byNumber(sizeOf)],
]);

/** Sorts from the smallest to the largest; what is equal stays in its order. @throws StowageError ERR_INVALID_SORT */
export function readSort(key: unknown): Sorter {
  return readOrdering(key).sort;
}

/**
 * Compares containers as `list` sorts them, for lists that are kept in order while
 * containers come and go. Remembers the keys of records for as long as these live.
 *
 * @throws StowageError ERR_INVALID_SORT
 */
export function comparatorBy(key: SortKey): (one: Container, other: Container) => number {
  return readOrdering(key).comparator();
}

function readOrdering(key: unknown): Ordering {
  const asked = text(key, "sort");
  const ordering = ORDERINGS.get(asked);
  if (ordering !== undefined) return ordering;
  const known = [...ORDERINGS.keys()];
  throw new StowageError(
    "ERR_INVALID_SORT",
    `containers cannot be sorted by ${shown(asked)}; they can by ${known.join(", ")}`,
    { value: asked, candidates: known },
  );
}

function byText(keyOf: (container: Container) => string): Ordering {
  return ordering({ keyOf, compare: compareKeys });
}

function byNumber(keyOf: (container: Container) => bigint): Ordering {
  return ordering({ keyOf, compare: (one, other) => (one < other ? -1 : one > other ? 1 : 0) });
}

function ordering<Key>(order: Order<Key>): Ordering {
  return { sort: sorter(order), comparator: () => comparator(order) };
}

/** Keys are made once for each container, since a comparison comes many times. */
function sorter<Key>({ keyOf, compare }: Order<Key>): Sorter {
  return (containers) =>
    containers
      .map((container) => ({ container, key: keyOf(container) }))
      .sort((one, other) => compare(one.key, other.key))
      .map(({ container }) => container);
}

function comparator<Key>({ keyOf, compare }: Order<Key>): (one: Container, other: Container) => number {
  const keys = new WeakMap<Container, { readonly key: Key }>();
  const remembered = (container: Container): Key => {
    let known = keys.get(container);
    if (known === undefined) keys.set(container, (known = { key: keyOf(container) }));
    return known.key;
  };
  return (one, other) => compare(remembered(one), remembered(other));
}

function sizeOf({ bigDataSizes }: Container): bigint {
  let sum = 0n;
  for (const size of bigDataSizes.values()) sum += BigInt(size);
  return sum;
}
