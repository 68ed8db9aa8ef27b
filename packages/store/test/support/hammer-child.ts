// A process that changes and reads a store from several tasks until its input ends, and prints what
// must hold afterwards: node hammer-child.mjs OPTIONS (JSON).
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type Container, type ContainerStore, openContainerStore, StowageError } from "../../src/index.ts";
import type { Believed, Gone, HammerReport } from "./hammer-report.ts";

export interface HammerOptions {
  readonly dir: string;
  readonly lock: "kernel" | "portable";
  readonly workers: number;
  readonly seed: number;
  readonly volatilePercent: number;
  /** Bytes of the largest item. */
  readonly largest: number;
}

const options = JSON.parse(process.argv[2] ?? "") as HammerOptions;
const counts: Record<string, number> = {};
const violations: string[] = [];
const errors: string[] = [];
let isOver = false;

function note(list: string[], what: string, message: string): void {
  counts[what] = (counts[what] ?? 0) + 1;
  if (list.length < 200) list.push(message);
}

/** Linear congruences are random enough for choices. */
function chooser(seed: number): (below: number) => number {
  let state = BigInt(seed) * 2_654_435_761n + 1n;
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & ((1n << 64n) - 1n);
    return Number(state >> 33n) % below;
  };
}

class Worker {
  readonly live: Believed[] = [];
  readonly dead: Gone[] = [];
  readonly #store: ContainerStore;
  readonly #number: number;
  readonly #choose: (below: number) => number;

  constructor(store: ContainerStore, number: number) {
    this.#store = store;
    this.#number = number;
    this.#choose = chooser(options.seed * 1000 + number);
  }

  async run(): Promise<void> {
    for (let round = 0; !isOver; round += 1) {
      await this.#write(round);
      for (let reads = 0; reads < 3; reads += 1) await this.#read();
    }
  }

  async #done<T>(what: string, work: Promise<T>): Promise<T | undefined> {
    try {
      const value = await work;
      counts[what] = (counts[what] ?? 0) + 1;
      return value;
    } catch (error) {
      note(errors, "errors", `${what}: ${String(error)}`);
      return undefined;
    }
  }

  async #write(round: number): Promise<void> {
    const store = this.#store;
    const name = `p${process.pid}-w${this.#number}-${round}`;
    const metadata = JSON.stringify({ owner: process.pid, worker: this.#number, round });
    const data = randomBytes(this.#choose(100));
    const withData = this.#choose(2) === 0;
    const container = await this.#done(
      "create",
      store.create({
        names: [name],
        image: randomBytes(32).toString("hex"),
        layer: randomBytes(32).toString("hex"),
        metadata,
        volatile: this.#choose(100) < options.volatilePercent,
        bigData: withData ? [{ key: "made.json", data }] : [],
      }),
    );
    if (container === undefined) return;
    const believed: Believed = {
      id: container.id,
      names: [name],
      metadata,
      bigData: withData ? { "made.json": digestOf(data) } : {},
    };
    this.live.push(believed);
    await this.#change(believed, name);
    for (let items = this.#choose(3); items > 0; items -= 1) {
      const key = this.#choose(2) === 0 ? "plain.json" : "Mixed Case/Key";
      const bytes = randomBytes(1 + this.#choose(options.largest));
      const kept = await this.#done("setBigData", store.setBigData(believed.id, key, bytes));
      if (kept !== undefined) believed.bigData[key] = digestOf(bytes);
    }
    if (round % 2 === 1) await this.#delete();
  }

  async #change(believed: Believed, name: string): Promise<void> {
    const store = this.#store;
    switch (this.#choose(3)) {
      case 0: {
        const next = [`${name}-renamed`];
        if (await this.#done("setNames", store.setNames(believed.id, next))) believed.names = next;
        return;
      }
      case 1: {
        const alias = `${name}-alias`;
        if (await this.#done("addNames", store.addNames(name, [alias]))) believed.names = [alias, name];
        if (await this.#done("removeNames", store.removeNames(alias, [name]))) believed.names = [alias];
        return;
      }
      default: {
        const next = `${believed.metadata} changed`;
        if (await this.#done("setMetadata", store.setMetadata(believed.id.slice(0, 20), next))) {
          believed.metadata = next;
        }
      }
    }
  }

  async #delete(): Promise<void> {
    const at = this.#choose(this.live.length);
    const victim = this.live[at];
    if (victim === undefined) return;
    const gone = await this.#done(
      "delete",
      this.#store.delete(victim.id).then(() => true),
    );
    if (gone !== true) return;
    this.live.splice(at, 1);
    this.dead.push({ id: victim.id, names: victim.names });
  }

  async #read(): Promise<void> {
    const mine = this.live[this.#choose(Math.max(1, this.live.length))];
    const gone = this.dead[this.#choose(Math.max(1, this.dead.length))];
    switch (this.#choose(3)) {
      case 0: {
        const all = await this.#done("list", this.#store.list());
        if (all !== undefined) checkList(all);
        return;
      }
      case 1: {
        if (mine === undefined) return;
        const found = await this.#done("find", this.#store.find(mine.names[0] ?? mine.id));
        if (found === undefined) note(violations, "violations", `acknowledged ${mine.id} is gone`);
        else await this.#compare(mine, found);
        return;
      }
      default: {
        if (gone === undefined) return;
        for (const ref of [gone.id, ...gone.names]) {
          if ((await this.#done("exists", this.#store.exists(ref))) === true) {
            note(violations, "violations", `deleted ${gone.id} is back as ${ref}`);
          }
        }
      }
    }
  }

  async #compare(believed: Believed, found: Container): Promise<void> {
    const bigData = Object.fromEntries(found.bigDataDigests);
    const now = { id: found.id, names: found.names, metadata: found.metadata, bigData };
    const is = JSON.stringify({ ...now, bigData: Object.entries(bigData).sort() });
    const must = JSON.stringify({ ...believed, bigData: Object.entries(believed.bigData).sort() });
    if (is !== must) note(violations, "violations", `is ${is}, must be ${must}`);
    for (const [key, digest] of Object.entries(believed.bigData)) {
      const data = await this.#done("bigData", this.#store.bigData(believed.id, key));
      if (data === undefined || digestOf(data) === digest) continue;
      note(violations, "violations", `${believed.id}/${key} has other bytes than its digest says`);
    }
  }
}

function checkList(all: readonly Container[]): void {
  const ids = new Set<string>();
  const names = new Map<string, string>();
  for (const container of all) {
    if (ids.has(container.id)) note(violations, "violations", `${container.id} is listed twice`);
    ids.add(container.id);
    for (const name of container.names) {
      const holder = names.get(name);
      if (holder !== undefined)
        note(violations, "violations", `${name} is held by ${holder} and ${container.id}`);
      names.set(name, container.id);
    }
  }
}

function digestOf(data: Uint8Array): string {
  return `sha256:${createHash("sha256").update(data).digest("hex")}`;
}

async function main(): Promise<void> {
  const began = Date.now();
  const store = await openContainerStore({ dir: options.dir, lock: options.lock });
  const workers = Array.from({ length: options.workers }, (_, number) => new Worker(store, number));
  process.stdout.write("started\n");
  process.stdin.resume();
  void once(process.stdin, "end").then(() => (isOver = true));
  await Promise.all(workers.map((worker) => worker.run()));
  await store.close();
  const containers = workers.flatMap(({ live }) => live);
  const report: HammerReport = {
    pid: process.pid,
    impl: "stowage",
    mode: "mixed",
    workers: options.workers,
    ops: Object.values(counts).reduce((sum, count) => sum + count, 0),
    seed: options.seed,
    elapsed_ms: Date.now() - began,
    counts,
    names: containers.flatMap(({ names }) => names).sort(),
    containers,
    deleted: workers.flatMap(({ dead }) => dead),
    violations,
    errors,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

await main().catch((error: unknown) => {
  process.stderr.write(
    error instanceof StowageError ? `${error.code}: ${error.message}\n` : `${String(error)}\n`,
  );
  process.exitCode = 1;
});
