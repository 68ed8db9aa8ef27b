/**
 * Something that this machine may not have. A test that needs it skips, and says `reason`:
 * `it.skipIf(reason !== undefined)`, or `context.skip(reason)`.
 */
export type Found<T> =
  { readonly found: T; readonly reason: undefined } | { readonly found: undefined; readonly reason: string };

export function found<T>(value: T): Found<T> {
  return { found: value, reason: undefined };
}

export function missing(reason: string): { readonly found: undefined; readonly reason: string } {
  return { found: undefined, reason };
}
