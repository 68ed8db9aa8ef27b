import type { RecordEntry } from "./record-entry.ts";

/** What became of the records of one file, by id. */
export interface RecordChanges {
  readonly created: readonly RecordEntry[];
  readonly changed: readonly { readonly before: RecordEntry; readonly after: RecordEntry }[];
  readonly removed: readonly RecordEntry[];
}

/**
 * Compares two stretches of a file's records, in whatever order they stand. Of
 * several records with one id the first counts, as for the store.
 *
 * A record is unchanged when it is the same object, which `reload` sees to.
 */
export function changesBetween(before: readonly RecordEntry[], after: readonly RecordEntry[]): RecordChanges {
  const old = firstById(before);
  const now = firstById(after);
  const created: RecordEntry[] = [];
  const changed: { before: RecordEntry; after: RecordEntry }[] = [];
  for (const [id, entry] of now) {
    const earlier = old.get(id);
    if (earlier === undefined) created.push(entry);
    else if (earlier !== entry) changed.push({ before: earlier, after: entry });
  }
  const removed = [...old].flatMap(([id, entry]) => (now.has(id) ? [] : [entry]));
  return { created, changed, removed };
}

function firstById(entries: readonly RecordEntry[]): Map<string, RecordEntry> {
  const first = new Map<string, RecordEntry>();
  for (const entry of entries) {
    if (!first.has(entry.container.id)) first.set(entry.container.id, entry);
  }
  return first;
}
