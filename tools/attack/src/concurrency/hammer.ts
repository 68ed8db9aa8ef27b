// A process that changes and reads a store from several tasks until its input ends, then makes one more round in each,
// and prints what must hold afterwards: node hammer.mjs OPTIONS (JSON).
import { once } from "node:events";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { seededRandom } from "@stowage/test-kit";
import type { HammerReport } from "./report.ts";
import { Tally } from "./tally.ts";
import { Worker } from "./worker.ts";

export interface HammerOptions {
  readonly dir: string;
  readonly lock: "kernel" | "portable";
  /** Milliseconds after which a portable lock that is not renewed is stale. */
  readonly stale: number;
  readonly counter: string;
  readonly workers: number;
  readonly seed: number;
  readonly volatilePercent: number;
  readonly largest: number;
}

const options = JSON.parse(process.argv[2] ?? "") as HammerOptions;
const began = performance.now();
const tally = new Tally();
let isOver = false;

const protocol = options.lock;
const lock = await openLockFile(path.join(options.dir, "containers.lock"), {
  protocol,
  stale: options.stale,
});
const store = await openContainerStore({ dir: options.dir, lock: protocol });
const bench = { ...options, store, lock, tally };
const workers = Array.from(
  { length: options.workers },
  (_, number) => new Worker(bench, number, seededRandom(options.seed * 1000 + number)),
);
process.stdout.write("ready\n");
process.stdin.resume();
void once(process.stdin, "end").then(() => (isOver = true));
await Promise.all(
  workers.map(async (worker) => {
    let round = 0;
    for (; !isOver; round += 1) await worker.round(round);
    // Whatever was done to it before, it works on.
    await worker.round(round);
  }),
);
await store.close();
await lock.close();
const containers = workers.flatMap(({ live }) => live);
const report: HammerReport = {
  pid: process.pid,
  impl: "stowage",
  mode: "mixed",
  workers: options.workers,
  ops: Object.values(tally.counts).reduce((sum, count) => sum + count, 0),
  seed: options.seed,
  elapsed_ms: Math.round(performance.now() - began),
  counts: tally.counts,
  names: containers.flatMap(({ names }) => names).sort(),
  containers,
  deleted: workers.flatMap(({ dead }) => dead),
  violations: tally.violations,
  errors: tally.errors,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
