import { visible } from "../render/text.ts";
import { cut } from "../render/table.ts";
import type { MeasureWidth } from "../render/width.ts";

/** How a piece of text is meant, whatever that looks like on the terminal at hand. */
export type Tone = "plain" | "heading" | "strong" | "faint" | "good" | "bad" | "warning";

/** A piece of one line, safe to show. */
export interface Span {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen, or of something longer that is looked at through it. */
export type TextLine = readonly Span[];

/** A piece of a line. Whatever could steer the terminal is made visible here. */
export function span(text: string, tone: Tone = "plain"): Span {
  return { text: visible(text), tone };
}

/** The line in at most `width` cells, `…` last where something was cut off. */
export function cutLine(line: TextLine, width: number, widthOf: MeasureWidth): TextLine {
  const kept: Span[] = [];
  let room = width;
  for (const { text, tone } of line) {
    const cells = widthOf(text);
    if (cells > room) {
      if (room > 0) kept.push({ text: cut(text, room, widthOf), tone });
      break;
    }
    kept.push({ text, tone });
    room -= cells;
  }
  return kept;
}

/**
 * Text of any length as lines of at most `room` cells, cut wherever they are full; a single character that is wider
 * has its line. On a terminal too small for anything there may be less than no room.
 */
export function wrapped(text: string, room: number, widthOf: MeasureWidth): readonly string[] {
  const width = Math.max(1, room);
  const lines: string[] = [];
  // A cell for each character: a line may be a million of them, and is cut at once.
  if (/^[\x20-\x7e]*$/.test(text)) {
    for (let start = 0; start < text.length; start += width) lines.push(text.slice(start, start + width));
    return lines.length === 0 ? [""] : lines;
  }
  if (widthOf(text) <= width) return [text];
  let line = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const cells = widthOf(segment);
    if (used + cells > width && line !== "") {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += segment;
    used += cells;
  }
  return [...lines, line];
}

/** Words in lines of at most `width` cells; only a word that is longer is cut. */
export function wrappedWords(text: string, width: number, widthOf: MeasureWidth): readonly string[] {
  // What is quoted as a command stays in one line where it can.
  const words = text.match(/`[^`]{1,30}`\S*|\S+/g) ?? [];
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(`${last} ${word}`) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(...wrapped(word, width, widthOf));
  }
  return lines;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
