import { InvalidArgumentError } from "commander";

const units: ReadonlyMap<string, number> = new Map(
  ["k", "m", "g", "t"].flatMap((letter, index) => [
    [`${letter}b`, 1000 ** (index + 1)],
    [letter, 1024 ** (index + 1)],
    [`${letter}ib`, 1024 ** (index + 1)],
  ]),
);

/** Bytes: `512`, `10MB` (powers of 1000), `10MiB` or, as podman has it, `10m` (powers of 1024). */
export function parseSize(text: string): number {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = unit === "" || unit.toLowerCase() === "b" ? 1 : units.get(unit.toLowerCase());
  const bytes = amount === undefined || factor === undefined ? Number.NaN : Number(amount) * factor;
  if (!Number.isSafeInteger(Math.round(bytes)) || (factor === 1 && !Number.isInteger(bytes))) {
    throw new InvalidArgumentError("it takes a size, for example 512, 10MB or 1.5GiB.");
  }
  return Math.round(bytes);
}
