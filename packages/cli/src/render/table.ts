import type { Style } from "./colour.ts";
import { visible } from "./text.ts";
import { type MeasureWidth, widthsFor } from "./width.ts";

export interface Column<Row> {
  readonly heading: string;
  readonly cell: (row: Row) => string;
  /** Cells it may be cut down to when the table is wider than the terminal; without it, it is never cut. */
  readonly least?: number;
  /** When even cutting does not help, columns are left out, the highest number first; without it, never. */
  readonly dropOrder?: number;
  readonly align?: "left" | "right";
}

export interface TableOptions {
  /** Cells of the terminal in one line; undefined: as wide as it gets. */
  readonly width: number | undefined;
  readonly style: Style;
}

const gap = "   ";

/**
 * An aligned table without lines, a heading first, each line ended; widths are
 * those of the terminal (a Chinese character takes two cells). Cells are made
 * safe to show here. On a terminal the table fits its width: wide columns are cut
 * with `…`, and what still does not fit is left out.
 */
export async function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): Promise<string> {
  const cells = new Map<Column<Row>, readonly string[]>();
  for (const column of columns) {
    cells.set(
      column,
      rows.map((row) => visible(column.cell(row))),
    );
  }
  const widthOf = await widthsFor(textsOf(cells));
  const natural = columns.map((column) =>
    (cells.get(column) ?? []).reduce(
      (widest, cell) => Math.max(widest, widthOf(cell)),
      widthOf(column.heading),
    ),
  );
  const shown = fitColumns(columns, natural, options.width);

  const line = (text: (column: Column<Row>) => string, dress: (text: string) => string): string => {
    const parts = shown.map(({ column, width }, index) => {
      const last = index === shown.length - 1;
      const shownText = cut(text(column), width, widthOf);
      const missing = (last && column.align !== "right" ? 0 : width) - widthOf(shownText);
      return pad(shownText, missing, column.align);
    });
    return `${dress(parts.join(gap).trimEnd())}\n`;
  };

  let table = line((column) => column.heading, options.style.heading);
  for (let index = 0; index < rows.length; index += 1) {
    table += line(
      (column) => cells.get(column)?.[index] ?? "",
      (text) => text,
    );
  }
  return table;
}

function* textsOf<Row>(cells: ReadonlyMap<Column<Row>, readonly string[]>): Iterable<string> {
  for (const [{ heading }, texts] of cells) {
    yield heading;
    yield* texts;
  }
}

interface FittedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/** Gives each column its width so that the sum fits; pure arithmetic. */
export function fitColumns<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  available: number | undefined,
): readonly FittedColumn<Row>[] {
  let shown = columns.map((column, index) => {
    const width = natural[index] ?? 0;
    return { column, width, least: Math.min(width, column.least ?? width) };
  });
  if (available === undefined) return shown;

  const total = (measure: "width" | "least"): number =>
    shown.reduce((sum, fitted) => sum + fitted[measure], gap.length * Math.max(0, shown.length - 1));
  while (total("least") > available) {
    const droppable = shown.filter(({ column }) => column.dropOrder !== undefined);
    const next = droppable.reduce<(typeof droppable)[number] | undefined>(
      (worst, fitted) => ((fitted.column.dropOrder ?? 0) > (worst?.column.dropOrder ?? -1) ? fitted : worst),
      undefined,
    );
    if (next === undefined) break;
    shown = shown.filter((fitted) => fitted !== next);
  }
  // Cell by cell from the widest that can still give, so that columns end up even.
  let excess = total("width") - available;
  while (excess > 0) {
    const widest = shown.reduce<(typeof shown)[number] | undefined>(
      (best, fitted) => (fitted.width > fitted.least && fitted.width > (best?.width ?? 0) ? fitted : best),
      undefined,
    );
    if (widest === undefined) break;
    widest.width -= 1;
    excess -= 1;
  }
  return shown;
}

/** The text in at most `width` cells, `…` last where something was cut off. */
export function cut(text: string, width: number, widthOf: MeasureWidth): string {
  if (widthOf(text) <= width) return text;
  let used = 0;
  let kept = "";
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(text)) {
    const cells = widthOf(segment);
    if (used + cells > width - 1) break;
    kept += segment;
    used += cells;
  }
  return `${kept}…`;
}

function pad(text: string, missing: number, align: "left" | "right" = "left"): string {
  const blank = " ".repeat(Math.max(0, missing));
  return align === "right" ? blank + text : text + blank;
}
