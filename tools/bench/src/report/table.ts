import { experiments } from "../experiments/all.ts";
import type { Experiment, Row } from "../experiments/experiment.ts";
import type { Figure, Who } from "../measure/figure.ts";
import { amount, digits, size } from "./format.ts";
import type { Results } from "./results.ts";
import type { Verdict } from "./judge.ts";

/** The columns, in their order; those that have nothing are left out. */
const COLUMNS: readonly Who[] = [
  "stowage",
  "raw",
  "digest alone",
  "node",
  "go",
  "lmdb",
  "sqlite",
  "npm",
  "plain files",
];

export interface Table {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

export const allRows: readonly Row[] = experiments.flatMap(({ rows }) => rows);

/** What an experiment came to: a line for each row and size, a column for each contestant. */
export function tableOf({ rows }: Experiment, { figures }: Pick<Results, "figures">): Table {
  const mine = figures.filter(({ row }) => rows.some(({ id }) => id === row));
  const columns = COLUMNS.filter((who) => mine.some((figure) => figure.who === who));
  const lines = rows.flatMap((row) => {
    const sizes = [...new Set(mine.filter((figure) => figure.row === row.id).map(({ n }) => n))];
    return sizes.map((n) => [
      row.title,
      size(n, row.of),
      ...columns.map((who) =>
        cell(mine.find((figure) => figure.row === row.id && figure.n === n && figure.who === who)),
      ),
    ]);
  });
  return { head: ["", rows[0]?.of === "bytes" ? "size" : "N", ...columns], lines };
}

const cell = (figure: Figure | undefined): string =>
  figure === undefined ? "" : amount(figure.median, figure.unit);

/** The goals, and whether they were met. */
export function goalTable(verdicts: readonly Verdict[]): Table {
  return {
    head: ["", "N", "goal", "found", "met"],
    lines: verdicts.map(({ row, n, goal, found, met }) => {
      const about = allRows.find(({ id }) => id === row);
      const unit = /(?: ms| MiB)$/.exec(goal)?.[0] ?? " ×";
      return [
        about?.title ?? row,
        size(n, about?.of ?? "containers"),
        goal,
        `${digits(found)}${unit}`,
        met ? "yes" : "**no**",
      ];
    }),
  };
}

/** For a terminal: columns side by side. */
export function plainText({ head, lines }: Table): string {
  const all = [head, ...lines].map((line) => line.map((text) => text.replaceAll("*", "")));
  const widths = head.map((_, at) => Math.max(...all.map((line) => line[at]?.length ?? 0)));
  return all
    .map((line) =>
      line
        .map((text, at) => (at === 0 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!)))
        .join("   ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdown({ head, lines }: Table): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map((_, at) => (at === 0 ? "---" : "--:"))), ...lines.map(row)].join("\n");
}
