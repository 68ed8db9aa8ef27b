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
 * safe to show here. On a terminal the table fits its width: columns in which
 * nothing stands are left out, wide ones are cut with `…`, and what still does not
 * fit is left out.
 */
export async function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): Promise<string> {
  // Of each column its heading and its cells; by columns, as a store may have very many rows.
  const texts = columns.map(({ heading, cell }) => {
    const column = [heading];
    for (const row of rows) column.push(visible(cell(row)));
    return column;
  });
  const widthOf = await widthsFor(texts);
  const natural = texts.map((column) => {
    let widest = 0;
    for (const text of column) widest = Math.max(widest, widthOf(text));
    return widest;
  });
  const isBlank = texts.map(([, ...cells]) => cells.length > 0 && cells.every((text) => text === ""));
  const shown = fitColumns(columns, natural, options.width, isBlank);

  const table = Array<string>(rows.length + 1).fill("");
  for (const [place, { column, width }] of shown.entries()) {
    const isLast = place === shown.length - 1;
    const least = isLast && column.align !== "right" ? 0 : width;
    const separator = isLast ? "" : gap;
    for (const [row, text] of texts[columns.indexOf(column)]!.entries()) {
      const shownText = cut(text, width, widthOf);
      table[row] += pad(shownText, least - widthOf(shownText), column.align) + separator;
    }
  }
  const [heading = "", ...lines] = table.map((line) => line.trimEnd());
  return `${options.style.heading(heading)}\n${lines.map((line) => `${line}\n`).join("")}`;
}

interface FittedColumn<Row> {
  readonly column: Column<Row>;
  readonly width: number;
}

/**
 * Gives each column its width so that the sum fits; pure arithmetic.
 *
 * @param isBlank of each column, whether nothing stands in it but the heading
 */
export function fitColumns<Row>(
  columns: readonly Column<Row>[],
  natural: readonly number[],
  available: number | undefined,
  isBlank: readonly boolean[] = [],
): readonly FittedColumn<Row>[] {
  let shown = columns.map((column, index) => {
    const width = natural[index] ?? 0;
    return { column, width, least: Math.min(width, column.least ?? width), isBlank: isBlank[index] ?? false };
  });
  if (available === undefined) return shown;

  const total = (measure: "width" | "least"): number =>
    shown.reduce((sum, fitted) => sum + fitted[measure], gap.length * Math.max(0, shown.length - 1));
  /** Leaves out the first to go of those that may; false when there is none. */
  const leaveOut = (mayGo: (fitted: (typeof shown)[number]) => boolean): boolean => {
    const orderOf = ({ column }: (typeof shown)[number]): number => column.dropOrder ?? -1;
    const next = shown
      .filter((fitted) => orderOf(fitted) >= 0 && mayGo(fitted))
      .reduce<(typeof shown)[number] | undefined>(
        (worst, fitted) => (worst === undefined || orderOf(fitted) > orderOf(worst) ? fitted : worst),
        undefined,
      );
    shown = shown.filter((fitted) => fitted !== next);
    return next !== undefined;
  };
  // Nothing is lost with a blank one, so it goes before anything is cut.
  while (total("width") > available && leaveOut((fitted) => fitted.isBlank));
  while (total("least") > available && leaveOut(() => true));
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
  if (missing <= 0) return text;
  const blank = " ".repeat(missing);
  return align === "right" ? blank + text : text + blank;
}
