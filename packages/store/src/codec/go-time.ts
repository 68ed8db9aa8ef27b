/** The time that means "none", as Go's zero time is written. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";

const FORM = /^(\d{4})-(\d{2})-(\d{2})T(\d{1,2}):(\d{2}):(\d{2})(?:[.,](\d+))?(Z|[+-](\d{2}):(\d{2}))$/;

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

function daysIn(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS[month - 1] ?? 0);
}

/** A time that was read, as Go would write it again. */
export interface GoTime {
  readonly text: string;
  /** False when Go reads it but refuses to write it: an offset of 24 hours or more. */
  readonly writable: boolean;
}

/**
 * Reads a time as Go's `time.Time` does from JSON. It is kept as text, since
 * `Date` would lose digits and the offset. A comma may stand for the point, the
 * hour may have one digit, digits beyond nanoseconds are cut, trailing zeros
 * go, an offset of zero becomes `Z`.
 *
 * @returns undefined when Go would refuse it
 */
export function parseGoTime(text: string): GoTime | undefined {
  const match = FORM.exec(text);
  if (match === null) return undefined;
  const [, year = "", month = "", day = "", hour = "", minute = "", second = ""] = match;
  const [fraction = "", zone = "Z", offsetHour = "0", offsetMinute = "0"] = match.slice(7);
  if (Number(month) < 1 || Number(month) > 12) return undefined;
  if (Number(day) < 1 || Number(day) > daysIn(Number(year), Number(month))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  if (Number(offsetHour) > 24 || Number(offsetMinute) > 60) return undefined;
  const digits = fraction.slice(0, 9).replace(/0+$/, "");
  const offset = Number(offsetHour) * 60 + Number(offsetMinute);
  return {
    text:
      `${year}-${month}-${day}T${hour.padStart(2, "0")}:${minute}:${second}` +
      `${digits === "" ? "" : `.${digits}`}${offset === 0 ? "Z" : `${zone[0]}${clock(offset)}`}`,
    writable: offset < 24 * 60,
  };
}

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

/** A moment, in nanoseconds since 1970, as Go writes it in UTC. */
export function formatGoTime(nanoseconds: bigint): string {
  const milliseconds = nanoseconds / 1_000_000n;
  const seconds = new Date(Number(milliseconds)).toISOString().slice(0, 19);
  const fraction = String(nanoseconds % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/, "");
  return `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
}
