import type { TestContext } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    /** What the test tried, one line for each `report`; our reporter prints them at the end of the run. */
    figures?: string[];
  }
}

/** `faults 48, refused 40, violations 0`: of a list only its length. */
export function figuresLine(figures: object): string {
  return Object.entries(figures)
    .map(([key, figure]) => `${key} ${String(Array.isArray(figure) ? figure.length : figure)}`)
    .join(", ");
}

/**
 * Has a line of figures printed at the end of the run, whether the test passes or fails: so a run that
 * found nothing says how much it tried. Called before what is expected of the figures.
 */
export function report(context: TestContext, name: string, figures: object, seed?: number): void {
  const line = `${name}: ${figuresLine(figures)}${seed === undefined ? "" : `; seed ${seed}`}`;
  const { meta } = context.task;
  meta.figures = [...(meta.figures ?? []), line];
}
