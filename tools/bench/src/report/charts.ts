import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import type { Row } from "../experiments/experiment.ts";
import type { Figure } from "../measure/figure.ts";

/** Of one row, or undefined where there is only one size: its cost over N, both on logarithmic scales, as SVG. */
export async function chartOf(row: Row, figures: readonly Figure[]): Promise<string | undefined> {
  const mine = figures.filter((figure) => figure.row === row.id);
  if (new Set(mine.map(({ n }) => n)).size < 3 || mine[0]?.unit !== "ns") return undefined;
  const view = new vega.View(vega.parse(compile(specOf(row, mine)).spec), { renderer: "none" });
  return `${await view.toSVG()}\n`;
}

function specOf(row: Row, figures: readonly Figure[]): TopLevelSpec {
  return {
    background: "white",
    width: 420,
    height: 260,
    title: row.title,
    data: { values: figures.map(({ n, who, median }) => ({ n, who, ms: median / 1e6 })) },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "n", type: "quantitative", title: row.of, scale: { type: "log" }, axis: { format: "~s" } },
      y: { field: "ms", type: "quantitative", title: "ms", scale: { type: "log" }, axis: { format: "~g" } },
      color: { field: "who", type: "nominal", title: null, scale: { scheme: "category10" } },
    },
  };
}
