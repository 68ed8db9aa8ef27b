import { compareKeys } from "../codec/utf8.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import { text } from "../model/text.ts";
import { shown } from "./filter-errors.ts";
import { createdAt } from "./times.ts";

/** What containers can be sorted by: `name` is the first one, `size` the recorded bytes of all big data together. */
export type SortKey = "created" | "name" | "id" | "image" | "layer" | "size";

type Sorter = (containers: readonly Container[]) => Container[];

const SORTERS: ReadonlyMap<string, Sorter> = new Map<SortKey, Sorter>([
  ["created", byNumber(createdAt)],
  ["name", byText(({ names }) => names[0] ?? "")],
  ["id", byText(({ id }) => id)],
  ["image", byText(({ image }) => image)],
  ["layer", byText(({ layer }) => layer)],
  ["size", byNumber(sizeOf)],
]);

/** Sorts from the smallest to the largest; what is equal stays in its order. @throws StowageError ERR_INVALID_SORT */
export function readSort(key: unknown): Sorter {
  const asked = text(key, "sort");
  const sorter = SORTERS.get(asked);
  if (sorter !== undefined) return sorter;
  const known = [...SORTERS.keys()];
  throw new StowageError(
    "ERR_INVALID_SORT",
    `containers cannot be sorted by ${shown(asked)}; they can by ${known.join(", ")}`,
    { value: asked, candidates: known },
  );
}

function byText(keyOf: (container: Container) => string): Sorter {
  return sorter(keyOf, compareKeys);
}

function byNumber(keyOf: (container: Container) => bigint): Sorter {
  return sorter(keyOf, (one, other) => (one < other ? -1 : one > other ? 1 : 0));
}

/** Keys are made once for each container, since a comparison comes many times. */
function sorter<Key>(
  keyOf: (container: Container) => Key,
  compare: (one: Key, other: Key) => number,
): Sorter {
  return (containers) =>
    containers
      .map((container) => ({ container, key: keyOf(container) }))
      .sort((one, other) => compare(one.key, other.key))
      .map(({ container }) => container);
}

function sizeOf({ bigDataSizes }: Container): bigint {
  let sum = 0n;
  for (const size of bigDataSizes.values()) sum += BigInt(size);
  return sum;
}
