import type { RecordEntry } from "./record-entry.ts";

/** Whether `next` stands right behind `entry` in one source, with just a comma between. */
function isBehind(entry: RecordEntry, next: RecordEntry): boolean {
  return next.source === entry.source && next.start === entry.end + 1 && next.source !== undefined;
}

/**
 * The position after the run that begins at `from`: records whose bytes stand
 * side by side in one source, so that they can be compared and written as one.
 */
export function endOfRun(entries: readonly RecordEntry[], from: number): number {
  let at = from + 1;
  while (at < entries.length && isBehind(entries[at - 1]!, entries[at]!)) at += 1;
  return at;
}

/** The first position of the run that ends with `last`, not before `limit`. */
export function startOfRun(entries: readonly RecordEntry[], last: number, limit: number): number {
  let at = last;
  while (at > limit && isBehind(entries[at - 1]!, entries[at]!)) at -= 1;
  return at;
}
