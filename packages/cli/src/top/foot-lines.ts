import { isGood, layoutOf } from "./layout.ts";
import type { TopState } from "./state.ts";
import { span, type TextLine } from "./text-line.ts";

/** Where one is in the list, what is searched, and the order. */
export function statusLine(state: TopState): TextLine {
  const { search, rows, place, sort, details } = state;
  if (details !== undefined) return [span(`container ${details.container.id}`, "faint")];
  if (search.isTyped || search.problem !== undefined) {
    const found = search.problem ?? `${rows.length} found`;
    return [
      span(`/${search.text}`, "strong"),
      span(search.isTyped ? "_" : ""),
      span(`   ${found}`, search.problem === undefined ? "faint" : "bad"),
    ];
  }
  const last = Math.min(rows.length, place.top + layoutOf(state).body);
  return [
    span(rows.length === 0 ? "0" : `${place.top + 1}-${last} of ${rows.length}`),
    span(`   by ${sort.key} ${sort.reverse ? "↓" : "↑"}`),
    ...(search.text === "" ? [] : [span(`   /${search.text}`, "strong")]),
  ];
}

/** What the keys do at this place. */
export function hintLine(state: TopState): TextLine {
  const note = isGood(state.size) ? "" : "   80 × 24 shows more";
  return [span(hintsOf(state) + note, "faint")];
}

function hintsOf({ help, search, preview, details }: TopState): string {
  if (help !== undefined) return "↑↓ scroll   Esc back";
  if (search.isTyped) return "Enter keep   Esc give up   words, or filters such as name=^web";
  if (preview !== undefined) return "Tab text, JSON, hex   ↑↓ scroll   Esc back   ? help";
  if (details !== undefined) return "Tab next item   Enter look into it   Esc back   ? help";
  return "Enter details   / search   s sort   r reverse   ? help   q quit";
}
