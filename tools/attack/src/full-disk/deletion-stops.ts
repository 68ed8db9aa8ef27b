import { setTimeout as pause } from "node:timers/promises";
import type { ContainerStore } from "@stowage/store";
import type { Found } from "@stowage/test-kit";
import type { BatchProgram } from "../faults/batch-program.ts";
import { ageLock } from "../stalls/age-lock.ts";
import { DeletionBench, LEFTOVERS, nameOf, type Point } from "./deletion-bench.ts";
import { BEARER, DELETIONS, type DeletionOptions, type FullDiskDeletion, isMade } from "./deletions.ts";

export interface DeletionStopFigures {
  /** System calls at which the program was stopped. */
  readonly stops: number;
  /** What it said when it went on: that the containers are deleted, or that they are not. */
  readonly done: number;
  readonly refused: number;
  /** Stops during which the other one could save. */
  readonly takenOver: number;
  /** Of these: the other one found the containers deleted already. */
  readonly finished: number;
  readonly violations: readonly string[];
}

/**
 * Stops the built program at every system call of a deletion on a full disk. Another process makes room meanwhile and
 * creates a container: the deleted one anew, where it finds it gone. Then the first goes on.
 */
export function attackDeletionsByStopping(options: DeletionOptions): Promise<Found<DeletionStopFigures>> {
  return DeletionBench.with(options, (bench) => attack(bench, options));
}

async function attack(
  bench: DeletionBench,
  { random, share = 1 }: DeletionOptions,
): Promise<DeletionStopFigures> {
  const count = { stops: 0, done: 0, refused: 0, takenOver: 0, finished: 0 };
  const violations: string[] = [];
  await bench.prepare(DELETIONS[0]!);
  await using program = await bench.startProgram();
  await using other = await bench.openStore();
  for (const deletion of DELETIONS) {
    const ends = await endsOf(bench, deletion, other);
    for (const point of await bench.pointsOf(program, deletion)) {
      if (!random.chance(share)) continue;
      const tried = await attempt(bench, { program, other }, deletion, point, ends);
      violations.push(...tried.problems.map((each) => `${nameOf(deletion, point)}: ${each}`));
      if (!tried.met) continue;
      count.stops += 1;
      if (tried.isDone) count.done += 1;
      else count.refused += 1;
      if (tried.isTakenOver) count.takenOver += 1;
      if (tried.isTakenOver && tried.isFinished) count.finished += 1;
    }
  }
  return { ...count, violations };
}

/** What the store may be in the end. */
interface Ends {
  /** The other one came first: its container is there, and the deletion was refused or came after. */
  readonly otherAlone: string;
  readonly otherFirst: string;
  /** The deletion came first, and then the container was made anew. */
  readonly otherLast: string;
}

async function endsOf(
  bench: DeletionBench,
  deletion: FullDiskDeletion,
  other: ContainerStore,
): Promise<Ends> {
  const after = async (...steps: readonly (() => Promise<unknown>)[]): Promise<string> => {
    await bench.prepare(deletion);
    await bench.makeRoom();
    for (const step of steps) await step();
    return await bench.state();
  };
  const remove = (): Promise<unknown> =>
    deletion.request.op === "wipe" ? other.wipe() : other.delete(BEARER);
  const create = (): Promise<unknown> => createThere(other);
  return {
    otherAlone: await after(create),
    otherFirst: await after(create, remove),
    otherLast: await after(remove, create),
  };
}

/** Resolves to whether the container that is to be deleted was there. */
async function createThere(store: ContainerStore): Promise<boolean> {
  return await store.transaction(async (tx) => {
    const isThere = await tx.exists(BEARER);
    await tx.create({
      id: isThere ? "other" : BEARER,
      bigData: [{ key: "config.json", data: "made by the other one" }],
    });
    return isThere;
  });
}

async function attempt(
  bench: DeletionBench,
  { program, other }: { readonly program: BatchProgram; readonly other: ContainerStore },
  deletion: FullDiskDeletion,
  point: Point,
  ends: Ends,
): Promise<{
  readonly met: boolean;
  readonly isDone: boolean;
  readonly isTakenOver: boolean;
  readonly isFinished: boolean;
  readonly problems: readonly string[];
}> {
  await bench.prepare(deletion);
  const call = { ...point, thread: await bench.threadOf(program, point) };
  const problems: string[] = [];
  let wasThere: boolean | undefined;
  let isTakenOver = false;
  let saved: Promise<unknown> = Promise.resolve();
  const [reply, met] = await program.askAndStop(deletion.request, call, async () => {
    await bench.makeRoom();
    await ageLock(bench.dir);
    saved = createThere(other).then(
      (isThere) => {
        wasThere = isThere;
        return true;
      },
      (error: unknown) => problems.push(`the other one failed: ${String(error)}`),
    );
    // Where a lock cannot go stale, the other one waits for it if it is held.
    const patience = bench.lock === "kernel" ? 40 : 20_000;
    isTakenOver = (await Promise.race([saved, pause(patience, false)])) === true;
    if (!isTakenOver && bench.lock === "portable") problems.push("the other one never got in");
  });
  await saved;
  const isDone = isMade(reply);
  const isFinished = wasThere === false;
  if (!met || wasThere === undefined) return { met, isDone, isTakenOver, isFinished, problems };
  const expected = isFinished ? ends.otherLast : isDone ? ends.otherFirst : ends.otherAlone;
  const said = JSON.stringify(reply);
  const state = await bench.state();
  if (state !== expected) problems.push(`it said ${said}, and the store is ${state}; expected ${expected}`);
  if (isFinished && !isDone && reply.message?.includes("may have finished that change") !== true)
    problems.push(`it was done, and it said ${said}`);
  // What it did not get before it was stopped is a reason, too.
  const reasons = ["ERR_LOCK_COMPROMISED", "ERR_NO_SPACE"];
  if (!reply.ok && !reasons.includes(reply.error ?? "")) problems.push(`it said ${said}`);
  problems.push(...(await bench.problems(state, LEFTOVERS)));
  return { met, isDone, isTakenOver, isFinished, problems };
}
