import type { Counts } from "./count.ts";

/** Where two sets of counts differ, a line for each. */
export function differences(expected: Counts, found: Counts): string[] {
  const operations = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return operations.flatMap((operation) => {
    const [before, now] = [expected[operation] ?? {}, found[operation] ?? {}];
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return names
      .filter((name) => (before[name] ?? 0) !== (now[name] ?? 0))
      .map((name) => `${operation}: ${name} was ${before[name] ?? 0}, is ${now[name] ?? 0}`);
  });
}
