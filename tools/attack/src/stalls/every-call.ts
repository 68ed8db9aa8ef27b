import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type ContainerStore, openContainerStore } from "@stowage/store";
import { type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { BatchProgram, type NthCall } from "../faults/batch-program.ts";
import { BASELINE } from "../faults/operations.ts";
import { RECORDED_OTHERWISE, stateOf } from "../faults/state.ts";
import { ageLock } from "./age-lock.ts";
import { type Rivalry, RIVALRIES } from "./rivalries.ts";

export interface EveryCallOptions {
  readonly random: SeededRandom;
  readonly lock: "kernel" | "portable";
  /** The share of the system calls at which it is stopped, drawn by chance. Default 1. */
  readonly share?: number;
}

export interface EveryCallFigures {
  /** System calls at which the program was stopped, each at its first, second, … until it ran through. */
  readonly stops: number;
  /** What it said when it went on: that its change is made, or that it is not. */
  readonly done: number;
  readonly refused: number;
  /** Stops during which the other one could save. */
  readonly takenOver: number;
  /** Items that were left new beside their old record, by a change that was refused (see the format). */
  readonly itemsAhead: number;
  readonly violations: readonly string[];
}

/**
 * Stops the built program at every system call of a save, lets another process save (a portable lock is made to look
 * stale at once), and lets the first go on.
 */
export async function attackAtEveryCall(options: EveryCallOptions): Promise<EveryCallFigures> {
  const { random, lock, share = 1 } = options;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  await using program = await BatchProgram.start({ dir, lock }, [], path.join(scratch.path, "log"));
  await program.ask({ op: "wipe" });
  await using other = await openContainerStore({ dir, lock });
  const bench = new Bench(dir, program, other);
  const count = { stops: 0, done: 0, refused: 0, takenOver: 0, itemsAhead: 0 };
  const violations: string[] = [];
  for (const rivalry of RIVALRIES) {
    const expected = await bench.expect(rivalry);
    const calls = await bench.callsOf(rivalry);
    for (const kind of calls) {
      for (let nth = 1; nth < 200; nth += 1) {
        if (!random.chance(share)) continue;
        const tried = await bench.attempt(rivalry, { ...kind, nth }, expected);
        if (!tried.met) break;
        count.stops += 1;
        if (tried.ok) count.done += 1;
        else count.refused += 1;
        if (tried.takenOver) count.takenOver += 1;
        if (tried.itemIsAhead) count.itemsAhead += 1;
        const thread = kind.thread === program.pid ? "main thread" : "pool";
        const where = `${rivalry.name}, ${kind.call} ${nth} of the ${thread}`;
        violations.push(...tried.violations.map((each) => `${where}: ${each}`));
      }
    }
  }
  return { ...count, violations };
}

/** What the store may be afterwards. */
interface Expected {
  /** When only the other one's change is made. */
  readonly other: string;
  /** When both are, in either order. */
  readonly both: readonly string[];
}

interface Tried {
  readonly met: boolean;
  readonly ok: boolean;
  readonly takenOver: boolean;
  readonly itemIsAhead: boolean;
  readonly violations: readonly string[];
}

class Bench {
  readonly #dir: string;
  readonly #program: BatchProgram;
  readonly #other: ContainerStore;

  constructor(dir: string, program: BatchProgram, other: ContainerStore) {
    this.#dir = dir;
    this.#program = program;
    this.#other = other;
  }

  async expect({ request, other }: Rivalry): Promise<Expected> {
    const ask = async (): Promise<void> => void (await this.#program.ask(request));
    const outcome = async (...steps: readonly (() => Promise<unknown>)[]): Promise<string> => {
      await this.#startOver();
      for (const step of steps) await step();
      return await this.#state();
    };
    const change = (): Promise<unknown> => other(this.#other);
    const both = [await outcome(ask, change), await outcome(change, ask)];
    return { other: await outcome(change), both };
  }

  async callsOf({ request }: Rivalry): Promise<{ thread: number; call: string }[]> {
    await this.#startOver();
    return await this.#program.callsOf(request);
  }

  async attempt({ request, other, mend }: Rivalry, call: NthCall, expected: Expected): Promise<Tried> {
    await this.#startOver();
    const violations: string[] = [];
    let takenOver = false;
    let saved: Promise<unknown> = Promise.resolve();
    const [reply, met] = await this.#program.askAndStop(request, call, async () => {
      await ageLock(this.#dir);
      saved = other(this.#other).then(
        () => true,
        (error: unknown) => violations.push(`the other one failed: ${String(error)}`),
      );
      // Where a lock cannot go stale, the other one waits for it if it is held.
      const patience = this.#other.lockProtocol === "kernel" ? 40 : 20_000;
      takenOver = (await Promise.race([saved, pause(patience, false)])) === true;
      if (!takenOver && this.#other.lockProtocol === "portable")
        violations.push("the other one never got in");
    });
    if (!met) return { met, ok: reply.ok, takenOver, itemIsAhead: false, violations };
    await saved;
    let state = await this.#state();
    const itemIsAhead = !reply.ok && state.includes(RECORDED_OTHERWISE);
    if (itemIsAhead && mend !== undefined) {
      await mend(this.#other);
      state = await this.#state();
    }
    const said = JSON.stringify(reply);
    if (!reply.ok && reply.error !== "ERR_LOCK_COMPROMISED") violations.push(`it said ${said}`);
    const allowed = reply.ok
      ? expected.both
      : reply.message?.includes("may have finished that change") === true
        ? [expected.other, ...expected.both]
        : [expected.other];
    if (!allowed.includes(state)) violations.push(`it said ${said}, and the store is ${state}`);
    return { met, ok: reply.ok, takenOver, itemIsAhead, violations };
  }

  #state(): Promise<string> {
    return stateOf({ dir: this.#dir });
  }

  async #startOver(): Promise<void> {
    for (const request of [{ op: "wipe" }, { op: "gc" }, ...BASELINE]) {
      const reply = await this.#program.ask(request);
      if (!reply.ok) throw new Error(`${request.op}: ${JSON.stringify(reply)}`);
    }
  }
}
