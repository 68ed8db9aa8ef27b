/** Where two lists differ: both begin alike up to `from` and end alike behind the two stretches. */
export interface DifferingMiddle<T> {
  readonly from: number;
  readonly before: readonly T[];
  readonly after: readonly T[];
}

/** Items are compared as what they are, not by what they hold. */
export function differingMiddle<T>(old: readonly T[], now: readonly T[]): DifferingMiddle<T> {
  const shorter = Math.min(old.length, now.length);
  let from = 0;
  while (from < shorter && old[from] === now[from]) from += 1;
  let tail = 0;
  while (tail < shorter - from && old[old.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
  return { from, before: old.slice(from, old.length - tail), after: now.slice(from, now.length - tail) };
}
