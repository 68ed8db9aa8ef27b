/** A copy of a list with others in the place of `count` items from `from` on. Of long lists, so that it is copied once. */
export function replaceStretch<T>(list: readonly T[], from: number, count: number, items: readonly T[]): T[] {
  // Not with one call and all of them as its arguments, which may be too many.
  if (items.length !== count) return list.slice(0, from).concat(items, list.slice(from + count));
  const copy = list.slice();
  for (const [index, item] of items.entries()) copy[from + index] = item;
  return copy;
}
