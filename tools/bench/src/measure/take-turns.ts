import { type Figure, figureOf, type Who } from "./figure.ts";

/** Does something once and resolves to how many ns one operation took. What it does besides is not timed. */
export type Step = () => Promise<number>;

/** One of those who are compared; it has a step for each row that it can do. */
export interface Contestant {
  readonly who: Who;
  readonly steps: Readonly<Record<string, Step>>;
}

export interface Effort {
  readonly rounds: number;
  /** After so many ms no further round is begun, but for the first `atLeast`. */
  readonly budget: number;
  readonly atLeast: number;
}

/**
 * Lets all do the same step one after the other, then the next step, and so on for many rounds: what the machine does
 * meanwhile falls on everybody alike. Who begins changes with each round, and a first round is not counted.
 *
 * @param rows the steps of a round, in order; each is a row of the table
 */
export async function takeTurns(
  rows: readonly string[],
  n: number,
  contestants: readonly Contestant[],
  { rounds, budget, atLeast }: Effort,
): Promise<Figure[]> {
  const samples = new Map<string, { row: string; who: Who; taken: number[] }>();
  const began = performance.now();
  for (let round = 0; round <= rounds; round += 1) {
    if (round > atLeast && performance.now() - began > budget) break;
    const order = round % 2 === 0 ? contestants : contestants.toReversed();
    for (const row of rows) {
      for (const { who, steps } of order) {
        const step = steps[row];
        if (step === undefined) continue;
        const sample = await step();
        if (round === 0) continue;
        const key = `${row}\n${who}`;
        const kept = samples.get(key) ?? { row, who, taken: [] };
        kept.taken.push(sample);
        samples.set(key, kept);
      }
    }
  }
  return [...samples.values()].map(({ row, who, taken }) => figureOf(row, n, who, taken));
}

/** Times one call. */
export async function timed(work: () => unknown): Promise<number> {
  const began = process.hrtime.bigint();
  const result = work();
  // What is synchronous is not charged with a turn of the event loop.
  if (result instanceof Promise) await result;
  return Number(process.hrtime.bigint() - began);
}

/** Times many calls, one after the other; resolves to the ns of one. */
export async function timedEach(count: number, work: () => unknown): Promise<number> {
  const all = await timed(async () => {
    for (let done = 0; done < count; done += 1) {
      const result = work();
      if (result instanceof Promise) await result;
    }
  });
  return all / count;
}
