import type { Found } from "@stowage/test-kit";
import type { BatchProgram, Fault, Reply } from "../faults/batch-program.ts";
import { FAULTS } from "../faults/operations.ts";
import { DeletionBench, LEFTOVERS, nameOf, type Point, type States } from "./deletion-bench.ts";
import { DELETIONS, type DeletionOptions, type FullDiskDeletion, isMade } from "./deletions.ts";

export interface DeletionFaultFigures {
  /** Faults that were met. */
  readonly faults: number;
  /** What the reply said: done, done but for the records, or refused. */
  readonly done: number;
  readonly unrecorded: number;
  readonly refused: number;
  readonly violations: readonly string[];
}

/** Lets each system call of a deletion on a full disk fail, and looks at what the program says, leaves, and does next. */
export function attackDeletionsWithFaults(options: DeletionOptions): Promise<Found<DeletionFaultFigures>> {
  return DeletionBench.with(options, (bench) => attack(bench, options));
}

async function attack(
  bench: DeletionBench,
  { random, share = 1 }: DeletionOptions,
): Promise<DeletionFaultFigures> {
  const count = { faults: 0, done: 0, unrecorded: 0, refused: 0 };
  const violations: string[] = [];
  let program = await bench.startProgram();
  try {
    for (const deletion of DELETIONS) {
      const states = await bench.states(deletion);
      for (const point of await bench.pointsOf(program, deletion)) {
        for (const error of FAULTS.get(point.call) ?? []) {
          if (!random.chance(share)) continue;
          const tried = await attempt(bench, program, deletion, { ...point, error }, states);
          const said = JSON.stringify(tried.reply);
          violations.push(
            ...tried.problems.map((each) => `${nameOf(deletion, point)}: ${error}: ${each} (${said})`),
          );
          if (!tried.met) continue;
          count.faults += 1;
          if (tried.reply.ok) count.done += 1;
          else if (isMade(tried.reply)) count.unrecorded += 1;
          else count.refused += 1;
          if (point.call !== "close") continue;
          // What it could not close takes room for as long as it lives.
          await program[Symbol.asyncDispose]();
          program = await bench.startProgram();
        }
      }
    }
  } finally {
    await program[Symbol.asyncDispose]();
  }
  return { ...count, violations };
}

async function attempt(
  bench: DeletionBench,
  program: BatchProgram,
  deletion: FullDiskDeletion,
  point: Point & Pick<Fault, "error">,
  { before, after }: States,
): Promise<{ readonly met: boolean; readonly reply: Reply; readonly problems: readonly string[] }> {
  const { request } = deletion;
  await bench.prepare(deletion);
  const fault = { ...point, thread: await bench.threadOf(program, point) };
  const [reply, met] = await program.askWithFault(request, fault, "anywhere");
  const problems: string[] = [];
  const isUncertain = reply.error === "ERR_DURABILITY";
  const expected = isUncertain ? [before, after] : [isMade(reply) ? after : before];
  const now = await bench.state();
  if (!expected.includes(now)) problems.push(`the store is ${now}; expected ${expected.join(" or ")}`);
  // Why the first save failed is a reason, too.
  if (!reply.ok && ![fault.error, "ENOSPC"].includes(reply.errno ?? ""))
    problems.push("the reply gives another reason");
  const listed = await program.ask({ op: "list" });
  if (!listed.ok) problems.push(`then it cannot list: ${JSON.stringify(listed)}`);
  else if (idsOf(listed) !== idsIn(now)) problems.push(`it lists ${idsOf(listed)} of ${idsIn(now)}`);
  // What the system would not remove stays.
  const mayBeLeft = ["unlink", "rmdir"].includes(fault.call) || isMade(reply);
  problems.push(...(await bench.problems(now, mayBeLeft ? LEFTOVERS : new Set())));
  if (now === before) {
    const again = await program.ask(request);
    const then = await bench.state();
    if (!again.ok || then !== after)
      problems.push(`with room the same ends with ${JSON.stringify(again)} and ${then}`);
  }
  return { met, reply, problems };
}

const idsOf = ({ value }: Reply): string =>
  (value as readonly { id: string }[])
    .map(({ id }) => id)
    .sort()
    .join();

/** The ids of a state. */
function idsIn(state: string): string {
  if (!state.startsWith("[")) return state;
  return idsOf({
    ok: true,
    value: (JSON.parse(state) as string[]).map((each) => JSON.parse(each) as { id: string }),
  });
}
