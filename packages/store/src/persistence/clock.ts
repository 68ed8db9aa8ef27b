let last = 0n;

/**
 * Now, in nanoseconds since 1970. The system gives Node milliseconds; within
 * one, each call is a microsecond later than the one before, so that the order
 * in which a process created its containers can be read from them.
 */
export function nowInNanoseconds(): bigint {
  const now = BigInt(Date.now()) * 1_000_000n;
  // A clock that was set back by more than a second is believed; a smaller step would only shuffle the order.
  last = now > last || last - now > 1_000_000_000n ? now : last + 1_000n;
  return last;
}

/** On a clock that does not jump. As `performance.now()`, whose module Node loads at the first touch: a millisecond. */
export function monotonicMilliseconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
