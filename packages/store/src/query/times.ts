import { parseGoTime } from "../codec/go-time.ts";
import type { Container } from "../model/container.ts";

/** In nanoseconds. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

const PART = /(\d{1,18})(?:\.(\d{1,18}))?(ns|us|µs|μs|ms|s|m|h|d)/gy;
const SECONDS = /^@(\d{1,12})(?:\.(\d{1,9}))?$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/** No form of a time is longer; longer text is not looked at. */
const LONGEST = 100;

/**
 * The moment that a caller's text means, in nanoseconds since 1970, or undefined
 * when it reads as none. A moment that has no zone is in UTC: what a filter means
 * must not depend on the machine that it is asked on.
 *
 * @param now what "ago" counts from, in nanoseconds since 1970
 */
export function readMoment(text: string, now: bigint): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const ago = readDuration(text);
  if (ago !== undefined) return now - ago;
  const [, seconds, fraction = ""] = SECONDS.exec(text) ?? [];
  if (seconds !== undefined) return BigInt(seconds) * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  const whole = DATE.test(text) ? `${text}T00:00:00Z` : text;
  return (parseGoTime(whole) ?? parseGoTime(`${whole}Z`))?.nanoseconds;
}

/** A time span as Go writes it, and in days of 24 hours, in nanoseconds. */
function readDuration(text: string): bigint | undefined {
  let sum = 0n;
  let end = 0;
  for (const [part, whole = "", fraction = "", unit = ""] of text.matchAll(PART)) {
    const size = UNITS[unit]!;
    sum += BigInt(whole) * size + (BigInt(fraction || 0) * size) / 10n ** BigInt(fraction.length);
    end += part.length;
  }
  return text !== "" && end === text.length ? sum : undefined;
}

/** When the container was made, in nanoseconds since 1970. */
export function createdAt({ created }: Container): bigint {
  // A record that was read has a time; one that a caller made up may have none, and counts as the oldest.
  return parseGoTime(created)?.nanoseconds ?? NEVER;
}

/** Before every time that can be written. */
const NEVER = -(1n << 80n);
