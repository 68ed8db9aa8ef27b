/** Who or what was measured. */
export type Who =
  "stowage" | "raw" | "go" | "lmdb" | "sqlite" | "plain files" | "npm" | "node" | "digest alone";

export type Unit = "ns" | "bytes" | "times";

/** One cell of the table: what one contestant came to in one row at one size. */
export interface Figure {
  readonly row: string;
  /** Containers in the store, ids in the index, or bytes of the file: what the row says. */
  readonly n: number;
  readonly who: Who;
  readonly unit: Unit;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** How many samples the median is of. */
  readonly count: number;
}

export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new TypeError("there is no median of nothing");
  const sorted = [...samples].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function figureOf(
  row: string,
  n: number,
  who: Who,
  samples: readonly number[],
  unit: Unit = "ns",
): Figure {
  return {
    row,
    n,
    who,
    unit,
    median: median(samples),
    min: Math.min(...samples),
    max: Math.max(...samples),
    count: samples.length,
  };
}
