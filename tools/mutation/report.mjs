import path from "node:path";

/** The share of changes, in percent, that the tests of a floor must notice. */
export const LEAST_SCORE = 85;

/** What came of the changes of one floor: counts, and the changes that no test noticed. */
export function figuresOf(name, results) {
  const count = (...statuses) => results.filter(({ status }) => statuses.includes(status)).length;
  return {
    name,
    killed: count("Killed"),
    timeout: count("Timeout"),
    survived: count("Survived"),
    uncovered: count("NoCoverage"),
    // Changes that Stryker was told to leave out, or that could not be loaded at all, prove nothing.
    ignored: count("Ignored", "CompileError", "RuntimeError"),
    survivors: results.filter(({ status }) => status === "Survived" || status === "NoCoverage"),
  };
}

/** Noticed changes of those that count, in percent; a test that does not end any more has noticed. */
export function scoreOf({ killed, timeout, survived, uncovered }) {
  const noticed = killed + timeout;
  return (100 * noticed) / (noticed + survived + uncovered);
}

/** The floors, and all of them together, that were tried too little or noticed too little. */
export function failuresOf(floors) {
  // `!(… >= …)`, since the score of nothing is no number.
  return [...floors, total(floors)]
    .filter((floor) => !(scoreOf(floor) >= LEAST_SCORE))
    .map(({ name }) => name);
}

export function total(floors) {
  const sum = (key) => floors.reduce((before, floor) => before + floor[key], 0);
  const keys = ["killed", "timeout", "survived", "uncovered", "ignored"];
  return { name: "all", ...Object.fromEntries(keys.map((key) => [key, sum(key)])), survivors: [] };
}

export function table(floors) {
  const heads = ["floor", "mutants", "killed", "timeout", "survived", "no test", "left out", "score"];
  const rows = [...floors, total(floors)].map((floor) => {
    const { name, killed, timeout, survived, uncovered, ignored } = floor;
    const mutants = killed + timeout + survived + uncovered + ignored;
    return [name, mutants, killed, timeout, survived, uncovered, ignored, `${scoreOf(floor).toFixed(1)} %`];
  });
  const lines = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => String(line[column]).length)));
  const cell = (value, column) =>
    column === 0 ? String(value).padEnd(widths[column]) : String(value).padStart(widths[column]);
  return lines.map((line) => line.map(cell).join("  ")).join("\n");
}

/** One line of a change that no test noticed. */
export function survivorLine(root, { status, fileName, location: { start }, mutatorName, replacement }) {
  const place = `${path.relative(root, fileName)}:${start.line}:${start.column}`;
  const why = status === "NoCoverage" ? " (no test comes there)" : "";
  return `survived: ${place} ${mutatorName}: ${replacement.replaceAll(/\s+/g, " ")}${why}`;
}
