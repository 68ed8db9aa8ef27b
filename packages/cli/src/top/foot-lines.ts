import { isGood, layoutOf } from "./layout.ts";
import type { TopState } from "./state.ts";
import { span, type TextLine } from "./text-line.ts";

/** Where one is, and what to do about a screen that is not large. */
export function statusLine(state: TopState): TextLine {
  const note = isGood(state.size) ? [] : [span("   80 × 24 shows more", "faint")];
  return [...placeLine(state), ...note];
}

/** Where one is in the list, what is searched, and the order. */
function placeLine(state: TopState): TextLine {
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

/** What the keys do at this place; those first that lead to the others. */
export function hintLine(state: TopState): TextLine {
  return [span(hintsOf(state), "faint")];
}

function hintsOf({ help, search, preview, details }: TopState): string {
  if (help !== undefined) return "Esc back   ↑↓ scroll";
  if (search.isTyped) return "Enter keep   Esc give up   words, or filters such as name=^web";
  if (preview !== undefined) return "? help   Esc back   Tab text, JSON, hex   ↑↓ scroll";
  if (details !== undefined) return "? help   Esc back   Tab next item   Enter look into it";
  return "? help   q quit   Enter details   / search   s sort   r reverse";
}
