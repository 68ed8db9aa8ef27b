import { endOfRun } from "./piece-list.ts";
import type { RecordEntry } from "./record-entry.ts";

/** How many stretches a file of so many records may be scattered over before it is worth one copy to gather them. */
const allowedRuns = (records: number): number => 64 + Math.ceil(records / 64);

/**
 * Gathers the bytes of a file's records in one buffer when many changes have
 * scattered them, so that saves stay few pieces and old buffers are let go. The
 * copy comes once in so many changes that it does not count.
 *
 * @returns whether it did
 */
export function compact(entries: readonly RecordEntry[]): boolean {
  let runs = 0;
  let size = 0;
  for (let at = 0; at < entries.length;) {
    if (entries[at]!.source === undefined) return false;
    const next = endOfRun(entries, at);
    runs += 1;
    size += entries[next - 1]!.end - entries[at]!.start + 1;
    at = next;
  }
  if (runs <= allowedRuns(entries.length)) return false;
  const gathered = Buffer.allocUnsafeSlow(size);
  let to = 0;
  for (const entry of entries) {
    const length = entry.source!.copy(gathered, to, entry.start, entry.end);
    entry.placeAt(gathered, to, to + length);
    gathered[to + length] = 0x2c;
    to += length + 1;
  }
  return true;
}
