import type { Figure, Who } from "../measure/figure.ts";
import type { Goal } from "./goals.ts";

/** A goal held against what was measured. */
export interface Verdict {
  readonly row: string;
  readonly n: number;
  /** "at least 4 times as fast as go". */
  readonly goal: string;
  /** The ratio or amount that was found, in the goal's own terms. */
  readonly found: number;
  readonly met: boolean;
}

/** Every goal at every size that was measured; those without a figure to hold against are left out. */
export function judge(figures: readonly Figure[], goals: readonly Goal[]): Verdict[] {
  const medians = new Map(figures.map(({ row, n, who, median }) => [keyOf(row, n, who), median]));
  const sizes = (row: string): number[] =>
    figures.filter((figure) => figure.row === row && figure.who === "stowage").map(({ n }) => n);
  return goals.flatMap((goal) =>
    goal.kind === "flat"
      ? judgeFlat(goal, medians, sizes(goal.row))
      : sizes(goal.row).flatMap((n) => judgeAt(goal, medians, n)),
  );
}

const keyOf = (row: string, n: number, who: Who): string => `${row}\n${n}\n${who}`;

function judgeAt(
  goal: Exclude<Goal, { kind: "flat" }>,
  medians: ReadonlyMap<string, number>,
  n: number,
): Verdict[] {
  const wanted = goal.at(n);
  const ours = medians.get(keyOf(goal.row, n, "stowage"));
  if (wanted === undefined || ours === undefined) return [];
  if (goal.kind === "at most") {
    const found = ours / (goal.unit === "ms" ? 1e6 : 2 ** 20);
    const text = `at most ${wanted} ${goal.unit}`;
    return [{ row: goal.row, n, goal: text, found, met: found <= wanted }];
  }
  const thanRow = goal.kind === "at most times" ? (goal.thanRow ?? goal.row) : goal.row;
  const theirs = medians.get(keyOf(thanRow, n, goal.than));
  if (theirs === undefined) return [];
  if (goal.kind === "faster than") {
    const found = theirs / ours;
    const text = wanted === 1 ? `not slower than ${goal.than}` : `${wanted} × as fast as ${goal.than}`;
    return [{ row: goal.row, n, goal: text, found, met: found >= wanted }];
  }
  const found = ours / theirs;
  const text = `at most ${Number(wanted.toFixed(2))} × ${thanRow === goal.row ? goal.than : "the file"}`;
  return [{ row: goal.row, n, goal: text, found, met: found <= wanted }];
}

function judgeFlat(
  goal: Extract<Goal, { kind: "flat" }>,
  medians: ReadonlyMap<string, number>,
  sizes: readonly number[],
): Verdict[] {
  if (sizes.length < 2) return [];
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const at = (n: number): number => medians.get(keyOf(goal.row, n, "stowage")) ?? Number.NaN;
  const found = at(most) / at(least);
  const text = `at most ${goal.times} × what it takes at ${least.toLocaleString("en")}`;
  return [{ row: goal.row, n: most, goal: text, found, met: found <= goal.times }];
}
