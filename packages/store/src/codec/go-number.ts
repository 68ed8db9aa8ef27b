import type { Int64 } from "../model/container.ts";

/**
 * A float as containers/storage writes it: the shortest digits that read back
 * the same; below 1e-6 and from 1e21 on with an exponent, which has a sign and
 * at least two digits.
 *
 * @throws TypeError for NaN and the infinities, which JSON has not
 */
export function goFloat(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Object.is(value, -0) ? "-0" : String(value);
  if (!Number.isFinite(value)) throw new TypeError(`${value} is no number that JSON can hold`);
  // JavaScript has the same digits and changes to the exponent at the same bounds, but does not fill it up.
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** A 64-bit integer. @throws TypeError when it is none, or a number that may have been rounded */
export function goInteger(value: Int64): string {
  if (typeof value === "bigint" ? BigInt.asIntN(64, value) !== value : !Number.isSafeInteger(value)) {
    throw new TypeError(`${value} is no integer of 64 bits (beyond 2^53 it has to be a bigint)`);
  }
  return String(value);
}
