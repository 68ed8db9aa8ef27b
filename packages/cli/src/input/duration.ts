import { InvalidArgumentError } from "commander";

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A time span such as `90s`, `15m`, `12h`, `1d` or `0`, in milliseconds. */
export function parseDuration(text: string): number {
  if (text === "0") return 0;
  const [, amount, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new InvalidArgumentError("it takes a number and a unit, for example 90s, 15m, 12h or 1d.");
  }
  return Number(amount) * units[unit as keyof typeof units];
}
