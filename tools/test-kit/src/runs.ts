/**
 * How often a property is tried: so many times, or the share of them that $STOWAGE_PROPERTY_SHARE asks for. Whoever
 * runs the same tests thousands of times, on code that was changed on purpose, can do with few.
 */
export function runs(count: number): number {
  const share = Number(process.env["STOWAGE_PROPERTY_SHARE"] ?? 1);
  return Math.max(1, Math.round(count * share));
}
