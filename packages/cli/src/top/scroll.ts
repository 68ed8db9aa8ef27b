/** Where one is in something longer than the screen. */
export interface Place {
  /** The line one is at, from 0. */
  readonly at: number;
  /** The first line that is seen. */
  readonly top: number;
}

export const BEGINNING: Place = { at: 0, top: 0 };

export type Step = "up" | "down" | "page up" | "page down" | "home" | "end";

/** The place after a step through `count` lines, of which `height` are seen. */
export function moved({ at, top }: Place, step: Step, count: number, height: number): Place {
  return settled({ at: target(at, step, count, height), top }, count, height);
}

/** The nearest place that there is: at a line of `count`, and that line is among the `height` that are seen. */
export function settled({ at, top }: Place, count: number, height: number): Place {
  const line = clamp(at, 0, count - 1);
  const seen = clamp(top, line - height + 1, line);
  // No empty lines at the end while there are others above.
  return { at: line, top: clamp(seen, 0, Math.max(0, count - height)) };
}

function target(at: number, step: Step, count: number, height: number): number {
  switch (step) {
    case "up":
      return at - 1;
    case "down":
      return at + 1;
    case "page up":
      return at - Math.max(1, height - 1);
    case "page down":
      return at + Math.max(1, height - 1);
    case "home":
      return 0;
    case "end":
      return count - 1;
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most), 0);
}
