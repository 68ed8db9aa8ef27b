/**
 * The only id that begins with the prefix, found by looking at all: what an index
 * of these ids would find, and without the work of making one.
 */
export function searchPrefix(ids: Iterable<string>, prefix: string): string | undefined {
  if (prefix === "") return undefined;
  let found: string | undefined;
  for (const id of ids) {
    // An index refuses ids with a space.
    if (!id.startsWith(prefix) || id.includes(" ")) continue;
    if (found !== undefined) return undefined;
    found = id;
  }
  return found;
}
