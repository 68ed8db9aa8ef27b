import { humanSize } from "./human.ts";

/** How far something is. */
export interface Progress {
  readonly done: number;
  /** Undefined while nobody knows. */
  readonly total: number | undefined;
  /** What is counted: bytes are shown as sizes. */
  readonly unit: string;
}

const WIDEST_BAR = 30;
const NARROWEST_BAR = 5;

/**
 * One line about it, in at most `columns` cells: a bar, how much, how fast, how long
 * still. What has no room is left out, the bar first.
 */
export function progressLine(
  title: string,
  { done, total, unit }: Progress,
  { seconds, columns }: { readonly seconds: number; readonly columns: number },
): string {
  const amount = unit === "bytes" ? humanSize : (count: number) => count.toLocaleString("en");
  const rate = seconds > 0 ? done / seconds : 0;
  const known = total !== undefined && total > 0 ? { total, share: Math.min(1, done / total) } : undefined;
  const parts = [
    known === undefined ? amount(done) : `${amount(done)}/${amount(known.total)}`,
    ...(unit === "bytes" ? [] : [unit]),
    ...(rate > 0 ? [`${amount(Math.round(rate))}/s`] : []),
    ...(known !== undefined && rate > 0 ? [`${clock((known.total - done) / rate)} left`] : []),
  ];
  const percent = known === undefined ? "" : `${String(Math.floor(known.share * 100)).padStart(3)}%`;
  const around = [title, percent, ...parts].filter((part) => part !== "").join("  ");
  const room = Math.min(WIDEST_BAR, columns - around.length - 2);
  if (known === undefined || room < NARROWEST_BAR) return around.slice(0, Math.max(0, columns));
  return [title, bar(known.share, room), percent, ...parts].join("  ");
}

/** A share from 0 to 1 as a bar of so many cells. */
export function bar(share: number, cells: number): string {
  const full = Math.round(Math.max(0, Math.min(1, share)) * cells);
  return "█".repeat(full) + "░".repeat(cells - full);
}

/** `0:05`, `12:34`, `1:02:03` */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
