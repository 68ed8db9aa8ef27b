import type { Container, SortKey } from "@stowage/store";
import stringWidth from "string-width";
import { tableColumns } from "../render/container-view.ts";
import { type Column, cut, fitColumns } from "../render/table.ts";
import { visible } from "../render/text.ts";
import { type Flash, isFading } from "./flashes.ts";
import { layoutOf } from "./layout.ts";
import type { TopState } from "./state.ts";
import { span, type TextLine, type Tone } from "./text-line.ts";

const GUTTER = 3;
const GAP = "   ";

/** By the headings of the table. */
const sortedColumns: Readonly<Record<SortKey, string>> = {
  created: "CREATED",
  name: "NAMES",
  id: "CONTAINER ID",
  image: "IMAGE",
  layer: "LAYER",
  size: "DATA",
};

/**
 * The heading and the rows that are seen; only these are looked at, however long the list is.
 *
 * @param widest the widest cell of each column so far: columns that follow every row would never stand still
 */
export function listLines(
  state: TopState,
  widest: Map<string, number> = new Map(),
): { readonly heading: TextLine; readonly lines: readonly TextLine[] } {
  const { rows, place, size, sort, tree, wallClock } = state;
  const seen = rows.slice(place.top, place.top + layoutOf(state).body);
  const columns = tableColumns({ short: true, ages: true, tree, now: wallClock }).map((column) =>
    column.heading === sortedColumns[sort.key]
      ? { ...column, heading: `${column.heading} ${sort.reverse ? "↓" : "↑"}` }
      : column,
  );
  const cells = columns.map((column) => seen.map((container) => visible(column.cell(container))));
  const natural = columns.map(({ heading }, index) => {
    const width = Math.max(
      widest.get(heading) ?? 0,
      stringWidth(heading),
      ...(cells[index] ?? []).map((cell) => stringWidth(cell)),
    );
    widest.set(heading, width);
    return width;
  });
  const shown = fitColumns(columns, natural, size.columns - GUTTER);
  const lineOf = (textOf: (column: Column<Container>) => string): string =>
    shown
      .map(({ column, width }) => {
        const text = cut(textOf(column), width, stringWidth);
        return text + " ".repeat(Math.max(0, width - stringWidth(text)));
      })
      .join(GAP);
  const textsOf = new Map(columns.map((column, index) => [column, cells[index] ?? []]));
  return {
    heading: [span(" ".repeat(GUTTER) + lineOf(({ heading }) => heading), "heading")],
    lines: seen.map((container, index) => {
      const { sign, tone } = signOf(state.flashes.get(container.id), state.now);
      const text = lineOf((column) => textsOf.get(column)?.[index] ?? "");
      // For those who see no colours.
      const cursor = place.top + index === place.at ? ">" : " ";
      return [span(cursor), span(`${sign} `, tone), span(text, tone)];
    }),
  };
}

/** How a change is marked: by a sign, too, as not everybody sees colours. */
function signOf(flash: Flash | undefined, now: number): { readonly sign: string; readonly tone: Tone } {
  if (flash === undefined) return { sign: " ", tone: "plain" };
  const fading = isFading(flash, now);
  switch (flash.type) {
    case "created":
      return { sign: "+", tone: fading ? "plain" : "good" };
    case "changed":
      return { sign: "~", tone: fading ? "plain" : "warning" };
    case "removed":
      return { sign: "-", tone: fading ? "faint" : "bad" };
  }
}

/** What the list says where it has no rows. */
export function emptyText({ containers, search, rows }: TopState): string | undefined {
  if (rows.length > 0 || containers === undefined) return undefined;
  if (search.text === "") return "no containers yet";
  // What was found before stays, and that may have been nothing: the end of a filter is still to be typed.
  const why = search.problem === undefined ? "nothing fits" : "the search is not understood, see below";
  return `${why}; Esc gives the search up`;
}
