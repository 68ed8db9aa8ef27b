/** What became of some items, by id. */
export interface Changes<T> {
  readonly created: readonly T[];
  readonly changed: readonly { readonly before: T; readonly after: T }[];
  readonly removed: readonly T[];
}

/**
 * Compares two lists, in whatever order their items stand. Of several items with
 * one id the first counts, as for the store.
 *
 * An item is unchanged when it is the same object, which `reload` sees to for
 * records.
 */
export function changesBetween<T>(
  before: readonly T[],
  after: readonly T[],
  idOf: (item: T) => string,
): Changes<T> {
  const old = firstById(before, idOf);
  const now = firstById(after, idOf);
  const created: T[] = [];
  const changed: { before: T; after: T }[] = [];
  for (const [id, item] of now) {
    const earlier = old.get(id);
    if (earlier === undefined) created.push(item);
    else if (earlier !== item) changed.push({ before: earlier, after: item });
  }
  const removed = [...old].flatMap(([id, item]) => (now.has(id) ? [] : [item]));
  return { created, changed, removed };
}

function firstById<T>(items: readonly T[], idOf: (item: T) => string): Map<string, T> {
  const first = new Map<string, T>();
  for (const item of items) {
    const id = idOf(item);
    if (!first.has(id)) first.set(id, item);
  }
  return first;
}
