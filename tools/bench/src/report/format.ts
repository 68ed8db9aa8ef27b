import type { Unit } from "../measure/figure.ts";

const TIMES = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
  [1, "ns"],
] as const;
const BYTES = [
  [2 ** 30, "GiB"],
  [2 ** 20, "MiB"],
  [2 ** 10, "KiB"],
  [1, "B"],
] as const;

/** As a person reads it: three digits, and the unit that fits. */
export function amount(value: number, unit: Unit): string {
  if (unit === "times") return `${digits(value)} ×`;
  const scale = unit === "ns" ? TIMES : BYTES;
  const [size, name] = scale.find(([least]) => Math.abs(value) >= least) ?? scale.at(-1)!;
  return `${digits(value / size)} ${name}`;
}

export function digits(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(value >= 10 ? 3 : 2)));
}

/** A size of a row: how many, or how large. */
export function size(n: number, of: "containers" | "ids" | "bytes"): string {
  return of === "bytes" ? amount(n, "bytes") : n.toLocaleString("en");
}
