/**
 * Milliseconds on a clock that does not jump. As `performance.now()`, whose module Node loads at the first touch: that
 * takes as long as half of opening a small store.
 */
export function monotonic(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
