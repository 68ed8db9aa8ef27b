import type { Effort } from "../measure/take-turns.ts";
import type { Figure } from "../measure/figure.ts";
import type { GoLibrary } from "../contestants/go.ts";

/** A row of the table. */
export interface Row {
  readonly id: string;
  readonly title: string;
  /** What `n` of its figures counts. */
  readonly of: "containers" | "ids" | "bytes";
}

/** What all experiments of a run share. */
export interface Context {
  readonly quick: boolean;
  /** Undefined where the Go programs are not there; rows then go without. */
  readonly go: GoLibrary | undefined;
  /** How often, and for how long, a row is repeated at this size. */
  effort(n: number): Effort;
}

/** Rows that are measured together, since they share what has to be prepared. */
export interface Experiment {
  readonly name: string;
  readonly rows: readonly Row[];
  /** How it is measured, in words; shown below the table. */
  readonly method: string;
  /** Its sizes, given those of the run. */
  sizes(run: readonly number[], quick: boolean): readonly number[];
  measure(context: Context, n: number): Promise<Figure[]>;
}

export const MIB = 2 ** 20;

/** The contestants that are there. */
export const present = <T>(all: readonly (T | undefined)[]): T[] => all.filter((one) => one !== undefined);
