/** The time that means "none", as Go's zero time is written. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-](\d{2}):(\d{2}))$/;

/** The pattern of nearly all times, as Go writes them: in UTC, on a day that every month has. */
export const SIMPLE_TIME =
  "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]" +
  String.raw`(?:\.[0-9]{0,8}[1-9])?Z`;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const DAY = 24 * 60;

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** None in a month that there is not. */
function daysIn(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/** A time that was read, as Go would write it again. */
export interface GoTime {
  /** The usual form; the very text that was read when Go refuses to write the time. */
  readonly text: string;
  /** False when Go reads it but refuses to write it: an offset of 24 hours or more. */
  readonly writable: boolean;
  /** The moment, in nanoseconds since 1970. */
  readonly nanoseconds: bigint;
}

/**
 * Reads a time as Go's `time.Time` does from JSON. It is kept as text, since
 * `Date` would lose digits and the offset. A comma may stand for the point, the
 * hour may have one digit, an offset may have 60 minutes, digits beyond
 * nanoseconds are cut, trailing zeros go, an offset of zero becomes `Z`.
 *
 * @param text what stands between the quotes; Go does not resolve escapes in it
 * @returns undefined when Go would refuse it
 */
export function parseGoTime(text: string): GoTime | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  const [fraction = "", zone = "Z", offsetHour = "0", offsetMinute = "0"] = match.slice(7);
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 24 || Number(offsetMinute) > 60) return undefined;
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  const size = Number(offsetHour) * 60 + Number(offsetMinute);
  const writable = size < DAY;
  const local = `${year}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:${second}`;
  const usual = `${local}${digits === "" ? "" : `.${digits}`}${size === 0 ? "Z" : `${zone[0]}${clock(size)}`}`;
  return {
    text: writable ? usual : text,
    writable,
    get nanoseconds() {
      const minutes = zone.startsWith("-") ? -size : size;
      const milliseconds = Date.parse(`${local}Z`) - minutes * 60_000;
      return BigInt(milliseconds) * 1_000_000n + BigInt(digits.padEnd(9, "0"));
    },
  };
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** A moment from year 0 to 9999, in nanoseconds since 1970, as Go writes it in UTC. @throws RangeError beyond that */
export function formatGoTime(nanoseconds: bigint): string {
  // Rounded down, so that the fraction counts upwards also before 1970.
  const fraction = ((nanoseconds % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  const date = new Date(Number((nanoseconds - fraction) / 1_000_000n));
  const seconds = date.toISOString();
  if (seconds.length !== "2006-01-02T15:04:05.000Z".length) {
    throw new RangeError(`a time of ${seconds.slice(0, -14)} has no place in RFC 3339`);
  }
  const digits = String(fraction).padStart(9, "0").replace(/0+$/, "");
  return `${seconds.slice(0, 19)}${digits === "" ? "" : `.${digits}`}Z`;
}
