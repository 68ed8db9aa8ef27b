import stringWidth from "string-width";
import type { Size, TopState } from "./state.ts";
import { wrappedWords } from "./text-line.ts";
import { visible } from "../render/text.ts";

/** From this size on everything has its room. */
export const GOOD: Size = { columns: 80, rows: 24 };
/** Below this one nothing sensible can be shown. */
export const LEAST: Size = { columns: 40, rows: 10 };

export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < LEAST.columns || rows < LEAST.rows;
}

export function isGood({ columns, rows }: Size): boolean {
  return columns >= GOOD.columns && rows >= GOOD.rows;
}

/** Which parts of the screen have how many lines. */
export interface Layout {
  /** The head: its last line is all that stays of it on a low screen. */
  readonly head: number;
  readonly banner: readonly string[];
  /** What is looked at: the rows of the list, or the lines of details and preview, below one line of heading. */
  readonly body: number;
}

const HEAD = 3;
const HEADING = 1;
const FOOT = 2;
/** A message that is longer is cut. */
const LONGEST_BANNER = 3;

export function layoutOf(state: TopState): Layout {
  const { rows } = state.size;
  const isHigh = rows >= 16;
  const head = isHigh ? HEAD : 1;
  const banner = bannerOf(state, isHigh ? LONGEST_BANNER : 1);
  return { head, banner, body: Math.max(1, rows - head - banner.length - HEADING - FOOT) };
}

/** What is wrong, in so many lines at most, and what that means for what is shown. */
function bannerOf({ trouble, containers, remark, size }: TopState, most: number): readonly string[] {
  const lines = (text: string): readonly string[] =>
    wrappedWords(visible(text), size.columns - 2, stringWidth);
  if (trouble === undefined) return remark === undefined ? [] : lines(remark.text).slice(0, most);
  const { message, hint } = trouble;
  const what = `${message.replace(/[.;\s]+$/, "")}${hint === undefined ? "" : `; ${hint}`}`;
  const meaning = containers === undefined ? "waiting until it can be read" : "this is what was known last";
  return [...lines(what).slice(0, most), meaning];
}
