import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { pathsOf } from "./aim.ts";
import { BatchProgram, type Fault, type Reply, type StoreOfProgram } from "./batch-program.ts";
import { BASELINE, FAULTS, type FaultyOperation, IDS, ITEMS, OPERATIONS } from "./operations.ts";
import { stateOf } from "./state.ts";

export interface FaultOptions {
  readonly random: SeededRandom;
  readonly lock: "kernel" | "portable";
  /** Lock and volatile records in a run folder. */
  readonly transient?: boolean;
  /** The share of the faults that are tried, drawn by chance. Default 1. */
  readonly share?: number;
}

export interface FaultFigures {
  /** Faults that were met. */
  readonly faults: number;
  /** Of these: the program said that the request failed, or did it all the same. */
  readonly refused: number;
  readonly done: number;
  /** The reply said that the change is made, but may not survive a loss of power. */
  readonly uncertain: number;
  readonly violations: readonly string[];
}

/** Lets one program's system calls fail, each in turn, and looks at what it says, leaves, and does next. */
export async function attackWithFaults(options: FaultOptions): Promise<FaultFigures> {
  const { random, lock, transient = false, share = 1 } = options;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const place = { dir, lock, runDir: transient ? path.join(scratch.path, "run") : undefined };
  const log = path.join(scratch.path, "log");
  await using program = await BatchProgram.start(place, pathsOf(place, IDS, ITEMS), log);
  const bench = new Bench(place, program);
  await bench.all(BASELINE);
  const count = { faults: 0, refused: 0, done: 0, uncertain: 0 };
  const violations: string[] = [];
  for (const operation of OPERATIONS) {
    const before = await bench.state();
    const calls = await program.callsOf(operation.request);
    const after = await bench.state();
    await bench.all(operation.undo);
    const kinds = calls.flatMap((each) => (FAULTS.get(each.call) ?? []).map((error) => ({ ...each, error })));
    for (const kind of kinds) {
      if (!random.chance(share)) continue;
      for (let nth = 1; nth < 100; nth += 1) {
        const tried = await bench.attempt(operation, { ...kind, nth }, before, after);
        if (!tried.met) break;
        count.faults += 1;
        if (tried.reply.ok) count.done += 1;
        else if (tried.reply.error === "ERR_DURABILITY") count.uncertain += 1;
        else count.refused += 1;
        const thread = kind.thread === program.pid ? "main thread" : "pool";
        const where = `${operation.name}, ${kind.call} ${nth} of the ${thread}: ${kind.error}`;
        const reply = JSON.stringify(tried.reply);
        violations.push(...tried.violations.map((each) => `${where}: ${each} (${reply})`));
      }
    }
  }
  return { ...count, violations };
}

class Bench {
  readonly #place: StoreOfProgram;
  readonly #dir: string;
  readonly #program: BatchProgram;
  #foreign = 0;

  constructor(place: StoreOfProgram, program: BatchProgram) {
    this.#place = place;
    this.#dir = place.dir;
    this.#program = program;
  }

  /** As our own process opens it. */
  get #opened(): { dir: string; runDir: string | undefined; transient: boolean } {
    const { dir, runDir } = this.#place;
    return { dir, runDir, transient: runDir !== undefined };
  }

  async all(requests: FaultyOperation["undo"]): Promise<void> {
    for (const request of requests) {
      const reply = await this.#program.ask(request);
      if (!reply.ok) throw new Error(`${JSON.stringify(request).slice(0, 80)}: ${JSON.stringify(reply)}`);
    }
  }

  async attempt(
    { request, undo, afterForeignWrite = false }: FaultyOperation,
    fault: Fault,
    before: string,
    after: string,
  ): Promise<{ met: boolean; reply: Reply; violations: string[] }> {
    if (afterForeignWrite) await this.#writeFromOutside();
    const [reply, met] = await this.#program.askWithFault(request, fault);
    const violations: string[] = [];
    let now = await this.state();
    if (met) {
      const isMade = reply.message?.startsWith("the change is made") === true;
      const isUncertain = reply.error === "ERR_DURABILITY";
      const expected = reply.ok || isMade ? [after] : isUncertain ? [before, after] : [before];
      if (!expected.includes(now)) violations.push(`the store is ${now}; expected ${expected.join(" or ")}`);
      if (!reply.ok && reply.errno !== fault.error) violations.push("the reply gives another reason");
      const left = await this.#leftovers();
      const mayLeave = ["unlink", "rmdir"].includes(fault.call) || isMade;
      if (left.length > 0 && !mayLeave) violations.push(`left behind: ${left.join(", ")}`);
      // A folder whose record is gone is harmless, and is only left where the reply says so.
      const orphans = await this.#orphans();
      if (orphans.length > 0 && !isMade && !isUncertain) violations.push(`orphaned: ${orphans.join(", ")}`);
      if (!(await this.#isFree())) violations.push("the lock is not free");
    }
    // Names are few here: what one fault left must not be in the way of the next request.
    for (const name of await this.#leftovers())
      await rm(path.join(this.#dir, name), { recursive: true, force: true });
    // The same process goes on working: again without a fault, and back.
    if (!reply.ok || now === before) {
      const again = await this.#program.ask(request);
      if (!again.ok && now === before) violations.push(`the next request fails: ${JSON.stringify(again)}`);
      now = await this.state();
      if (now !== after) violations.push(`after the next request the store is ${now}`);
    }
    if (now === after) await this.all(undo);
    else await this.#startOver();
    await this.all([{ op: "gc" }]);
    const end = await this.state();
    if (end !== before) {
      violations.push(`the way back led to ${end}`);
      await this.#startOver();
    }
    return { met, reply, violations };
  }

  state(): Promise<string> {
    return stateOf(this.#opened);
  }

  async #leftovers(): Promise<string[]> {
    const names = await readdir(this.#dir, { recursive: true });
    return names.filter((name) => /(^|\/)\.(tmp|stowage)-/.test(name));
  }

  async #orphans(): Promise<string[]> {
    await using store = await openContainerStore({ ...this.#opened, readOnly: true });
    const ids = new Set((await store.list()).map(({ id }) => id));
    return IDS.filter((id) => !ids.has(id) && existsSync(path.join(this.#dir, id)));
  }

  async #isFree(): Promise<boolean> {
    const lock = await openLockFile(path.join(this.#place.runDir ?? this.#dir, "containers.lock"));
    try {
      const held = await lock.tryLockForWriting();
      await held?.release();
      return held !== undefined;
    } finally {
      await lock.close();
    }
  }

  async #writeFromOutside(): Promise<void> {
    await using store = await openContainerStore(this.#opened);
    this.#foreign += 1;
    await store.setFlag("volatile", "foreign", this.#foreign);
  }

  async #startOver(): Promise<void> {
    await this.all([{ op: "wipe" }, ...BASELINE]);
  }
}
