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
/** Cells of a size: `1.23kB`. */
const WIDEST_SIZE = 6;

/**
 * One line about it, in at most `columns` cells: a bar, how much, how fast, how long
 * still. What has no room is left out, the bar first.
 */
export function progressLine(
  title: string,
  { done, total, unit }: Progress,
  { seconds, columns }: { readonly seconds: number; readonly columns: number },
): string {
  const isBytes = unit === "bytes";
  const amount = isBytes ? humanSize : (count: number) => count.toLocaleString("en");
  const rate = seconds > 0 ? done / seconds : 0;
  const known = total !== undefined && total > 0 ? { total, share: Math.min(1, done / total) } : undefined;
  const percent = known === undefined ? "" : `${String(Math.floor(known.share * 100)).padStart(3)}%`;
  const after = (width: number): string[] => [
    known === undefined ? amount(done) : `${amount(done).padStart(width)}/${amount(known.total)}`,
    ...(isBytes ? [] : [unit]),
    ...(rate > 0 ? [`${amount(Math.round(rate)).padStart(known === undefined ? 0 : width)}/s`] : []),
    ...(known !== undefined && rate > 0 ? [`${clock((known.total - done) / rate)} left`] : []),
  ];
  // Beside a bar they keep their places: its length would change from moment to moment.
  const steady = after(isBytes ? WIDEST_SIZE : amount(total ?? 0).length);
  const room = Math.min(WIDEST_BAR, columns - [title, percent, ...steady].join("  ").length - 2);
  if (known !== undefined && room >= NARROWEST_BAR)
    return [title, bar(known.share, room), percent, ...steady].join("  ");
  const line = [title, percent, ...after(0)].filter((part) => part !== "").join("  ");
  return line.slice(0, Math.max(0, columns));
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
