/**
 * How many calls that wait for the disk are on their way together. Each alone waits for a trip to another thread and
 * back, and a sync for the disk, which brings several to an end in the time of one.
 */
const TOGETHER = 8;

/**
 * Does something with each, a few at a time, begun in order. When one fails the others are done all the same; then it
 * rejects with the failure of the first of those that failed.
 */
export async function several<Item>(
  items: Iterable<Item>,
  use: (item: Item) => Promise<void>,
): Promise<void> {
  const all = [...items];
  // Most saves have none.
  if (all.length === 0) return;
  const waiting = all.entries();
  let first: { readonly index: number; readonly error: unknown } | undefined;
  const work = async (): Promise<void> => {
    // One iterator for all of them: what one has taken no other gets.
    for (const [index, item] of waiting) {
      try {
        await use(item);
      } catch (error) {
        if (first === undefined || index < first.index) first = { index, error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(TOGETHER, all.length) }, work));
  // Set by those who work, which the compiler does not see.
  const failed = first as { readonly error: unknown } | undefined;
  if (failed !== undefined) throw failed.error;
}
