import type { Found } from "@stowage/test-kit";
import { ageLock } from "../stalls/age-lock.ts";
import { DeletionBench, nameOf, type Point, type States } from "./deletion-bench.ts";
import { DELETIONS, type DeletionOptions, type FullDiskDeletion, isMade } from "./deletions.ts";

export interface DeletionKillFigures {
  /** System calls before which the program was killed: the first, the second, … of each kind. */
  readonly kills: number;
  /** The containers were there afterwards, whole, or deleted. */
  readonly before: number;
  readonly after: number;
  readonly violations: readonly string[];
}

/** Kills the built program at every system call of a deletion on a full disk: it must be wholly there or wholly not. */
export function attackDeletionsByKilling(options: DeletionOptions): Promise<Found<DeletionKillFigures>> {
  return DeletionBench.with(options, (bench) => kill(bench, options));
}

async function kill(
  bench: DeletionBench,
  { random, share = 1 }: DeletionOptions,
): Promise<DeletionKillFigures> {
  const count = { kills: 0, before: 0, after: 0 };
  const violations: string[] = [];
  for (const deletion of DELETIONS) {
    const states = await bench.states(deletion);
    for (const point of await pointsOf(bench, deletion)) {
      if (!random.chance(share)) continue;
      const tried = await attempt(bench, deletion, point, states);
      violations.push(...tried.problems.map((each) => `${nameOf(deletion, point)}: ${each}`));
      if (tried.state === undefined) continue;
      count.kills += 1;
      if (tried.state === states.after) count.after += 1;
      else count.before += 1;
    }
  }
  return { ...count, violations };
}

async function pointsOf(bench: DeletionBench, deletion: FullDiskDeletion): Promise<Point[]> {
  await using program = await bench.startProgram();
  return await bench.pointsOf(program, deletion);
}

async function attempt(
  bench: DeletionBench,
  deletion: FullDiskDeletion,
  point: Point,
  { before, after }: States,
): Promise<{ readonly state: string | undefined; readonly problems: readonly string[] }> {
  await bench.prepare(deletion);
  await using program = await bench.startProgram();
  const thread = await bench.threadOf(program, point);
  const reply = await program.askAndKill(deletion.request, { ...point, thread });
  if (reply !== undefined) {
    const problems =
      isMade(reply) && (reply.ok || !deletion.frees) ? [] : [`it said ${JSON.stringify(reply)}`];
    return { state: undefined, problems: [...problems, ...(await bench.problems(after))] };
  }
  await ageLock(bench.dir);
  const state = await bench.state();
  if (state === before || state === after) return { state, problems: await bench.problems(state) };
  const problems = [`the store is ${state}; it was ${before}`];
  await bench.startOver();
  return { state, problems };
}
