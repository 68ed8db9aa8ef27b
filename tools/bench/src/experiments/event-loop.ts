import { fork } from "node:child_process";
import { once } from "node:events";
import { bundledChild } from "@stowage/test-kit";
import { Bystander } from "../contestants/bystander.ts";
import { type Figure, figureOf } from "../measure/figure.ts";
import { place } from "../measure/place.ts";
import { sampleRecord, writeSampleStore } from "../measure/sample-store.ts";
import { benchSource } from "../measure/sources.ts";
import type { Experiment, Row } from "./experiment.ts";

export const LOOP_OPERATIONS = [
  "open",
  "list",
  "get",
  "create",
  "setMetadata",
  "addNames",
  "setBigData",
  "create volatile",
  "delete",
  "reload",
  "1,000 creates",
  "1,000 deletes",
  "check",
  "gc",
  "wipe",
];

export const loopRow = (operation: string): string => `loop ${operation}`;

export const eventLoop: Experiment = {
  name: "event-loop",
  rows: LOOP_OPERATIONS.map((operation): Row => ({
    id: loopRow(operation),
    title: `event loop blocked by: ${operation}`,
    of: "containers",
  })),
  method:
    "A process with nothing but the store does each operation (those on one record five times) and keeps the longest delay " +
    "that `monitorEventLoopDelay` saw, less its resolution of 1 ms. That holds garbage collection, and whatever else the " +
    "machine does meanwhile. The figure is the median of the runs' longest delays.",
  sizes: (run, quick) => run.filter((n) => n >= (quick ? 1_000 : 10_000)),
  async measure({ quick }, n) {
    const taken = new Map<string, number[]>();
    for (let run = 0; run < (quick ? 1 : 3); run += 1) {
      for (const [operation, ns] of Object.entries(await oneRun(n))) {
        taken.set(operation, [...(taken.get(operation) ?? []), ns]);
      }
    }
    return [...taken].map(([operation, samples]): Figure =>
      figureOf(loopRow(operation), n, "stowage", samples),
    );
  },
};

async function oneRun(n: number): Promise<Record<string, number>> {
  await using folder = await place();
  const dir = folder.sub("store");
  writeSampleStore(dir, n);
  await using bystander = await Bystander.start();
  const middle = sampleRecord(n >> 1).id;
  const child = fork(await bundledChild(benchSource("children/event-loop.ts")), [
    dir,
    sampleRecord(0).id,
    middle,
  ]);
  const ended = once(child, "exit");
  let worst: Record<string, number> | undefined;
  child.on("message", (message) => {
    if (message !== "change") {
      worst = message as Record<string, number>;
      return;
    }
    bystander.change(dir, middle).then(
      () => child.send("changed"),
      () => child.kill(),
    );
  });
  const [code] = (await ended) as [number | null];
  if (worst === undefined) throw new Error(`the watched process ended with ${code} before it was done`);
  return worst;
}
