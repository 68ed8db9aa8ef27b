/**
 * A float as containers/storage writes it: the shortest digits that read back
 * the same; below 1e-6 and from 1e21 on with an exponent, which has a sign and
 * at least two digits.
 */
export function goFloat(value: number): string {
  if (Object.is(value, -0)) return "-0";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-6 || size >= 1e21)) return exponential(value);
  // JavaScript changes to an exponent at the same upper bound, and below 1e-6 at the same lower one.
  return String(value);
}

function exponential(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  const sign = exponent.startsWith("-") ? "-" : "+";
  const size = exponent.replace(/^[+-]/, "");
  return `${digits}e${sign}${size.padStart(2, "0")}`;
}
