import type { LockStatus } from "@stowage/store";
import stringWidth from "string-width";
import { counted, humanSize } from "../render/human.ts";
import { visible } from "../render/text.ts";
import { layoutOf } from "./layout.ts";
import type { TopState } from "./state.ts";
import { span, type TextLine } from "./text-line.ts";

/** Whose store it is, how much is in it, who has its lock, and what reading it took. */
export function headLines(state: TopState): readonly TextLine[] {
  const { dir, size } = state;
  const title: TextLine = [span("stowage top", "heading"), span(`  ${endOf(dir, size.columns - 14)}`)];
  const lines = [title, contentsLine(state), lockLine(state)];
  return layoutOf(state).head === 1 ? [contentsLine(state)] : lines;
}

/** Of a long path the end tells more. */
function endOf(path: string, width: number): string {
  const shown = visible(path);
  if (stringWidth(shown) <= width) return shown;
  const kept = [...shown];
  while (stringWidth(kept.join("")) > width - 1) kept.shift();
  return `…${kept.join("")}`;
}

function contentsLine({ tally, containers, recent, size }: TopState): TextLine {
  if (containers === undefined) return [span("nothing was read yet", "faint")];
  const changes = recent.reduce((sum, { count }) => sum + count, 0);
  const facts = [
    counted(tally.containers, "container") + (tally.volatile > 0 ? ` (${tally.volatile} volatile)` : ""),
    ...(size.columns >= 60 ? [counted(tally.names, "name")] : []),
    `${counted(tally.items, "item")}, ${humanSize(tally.bytes)}`,
  ];
  return [
    span(facts.join("   ")),
    ...(changes > 0 ? [span(`   ${counted(changes, "change")}/s`, "warning")] : []),
  ];
}

function lockLine({ lock, statistics }: TopState): TextLine {
  const figures =
    statistics === undefined
      ? ""
      : `   loads ${statistics.loads}, records decoded ${statistics.recordsDecoded}, file ${humanSize(statistics.bytes)}`;
  return [...lockSpans(lock), span(figures, "faint")];
}

function lockSpans(lock: LockStatus | undefined): TextLine {
  if (lock === undefined) return [span("lock: not known", "faint")];
  const { readers, writers, longest } = lock.waiting;
  const others = lock.holders.filter(({ own }) => !own);
  const who = others.map(
    ({ program, pid, host }) => `${program ?? "pid"} ${pid}${host === undefined ? "" : ` on ${host}`}`,
  );
  // What this view itself reads for a moment is nobody's business, and a reader keeps nobody from it.
  const isIdle = others.length === 0 && writers + readers === 0;
  const isFree = lock.state === "free" || (lock.state === "read" && isIdle);
  const waiting = [
    ...(writers > 0 ? [counted(writers, "writer")] : []),
    ...(readers > 0 ? [counted(readers, "reader")] : []),
  ];
  return [
    span("lock: "),
    isFree ? span("free", "good") : span(lock.state, lock.state === "write" ? "warning" : "strong"),
    ...(isFree || who.length === 0
      ? []
      : [span(` by ${who.slice(0, 3).join(", ")}${who.length > 3 ? ", …" : ""}`)]),
    ...(waiting.length === 0
      ? []
      : [span(`   waiting: ${waiting.join(", ")}, ${(longest / 1000).toFixed(1)} s`, "warning")]),
  ];
}
