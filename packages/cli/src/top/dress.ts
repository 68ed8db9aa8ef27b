import stringWidth from "string-width";
import type { Style } from "../render/colour.ts";
import { cutLine, type TextLine, type Tone } from "./text-line.ts";

/** A line as it goes to the terminal, never wider than that. */
export function dressed(line: TextLine, columns: number, style: Style): string {
  return cutLine(line, columns, stringWidth)
    .map(({ text, tone }) => toneOf(tone, style)(text))
    .join("");
}

/** The line that one is at, from side to side. */
export function dressedChosen(line: TextLine, columns: number, style: Style): string {
  const text = cutLine(line, columns, stringWidth)
    .map((piece) => piece.text)
    .join("");
  return style.chosen(text + " ".repeat(Math.max(0, columns - stringWidth(text))));
}

function toneOf(tone: Tone, style: Style): (text: string) => string {
  return tone === "plain" ? (text) => text : style[tone];
}
