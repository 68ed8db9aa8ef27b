import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openContainerStore } from "@stowage/store";
import { peer, type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { Disturbance, type DisturbanceFigures } from "./disturbance.ts";
import { type Hammer, hammerOfLibrary, hammerOfOurs } from "./hammering.ts";
import { judgeOfLibrary, wrongWith } from "./judging.ts";
import type { HammerReport } from "./report.ts";

export interface ConcurrencyOptions {
  readonly random: SeededRandom;
  readonly lock: "kernel" | "portable";
  /** Processes of ours, and of the library; the latter know kernel locks only. */
  readonly ours: number;
  readonly theirs: number;
  /** In each process. */
  readonly tasks: number;
  /** Milliseconds. */
  readonly duration: number;
}

export interface ConcurrencyFigures extends DisturbanceFigures {
  readonly ours: number;
  readonly theirs: number;
  readonly tasks: number;
  /** Changes that were acknowledged, by program; and reads, of both. */
  readonly ourChanges: number;
  readonly theirChanges: number;
  readonly reads: number;
  /** Operations that were told that the lock was lost, left nothing behind, and were made again. */
  readonly refused: number;
  /** Additions to a number under the write lock, none of which is missing. */
  readonly counted: number;
  readonly kept: number;
  readonly deleted: number;
  readonly violations: readonly string[];
}

const STALE = 2_000;
const READS = ["list", "find", "get", "exists", "bigData"];

/**
 * Lets many processes with many tasks each change one store, stops them, sets their clocks and ages their locks; then
 * accounts for every acknowledged change.
 */
export async function attackTogether(options: ConcurrencyOptions): Promise<ConcurrencyFigures> {
  const { random, lock, tasks, duration } = options;
  const program = peer().found?.peer;
  const theirs = lock === "kernel" && program !== undefined ? options.theirs : 0;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const counter = path.join(scratch.path, "counter");
  await writeFile(counter, "0");
  const hammers: Hammer[] = [];
  const reports: HammerReport[] = [];
  let figures: DisturbanceFigures;
  try {
    const common = { dir, lock, counter, workers: tasks, stale: STALE, volatilePercent: 30, largest: 8192 };
    for (let each = 0; each < options.ours; each += 1)
      hammers.push(await hammerOfOurs({ ...common, seed: random.integer(1e6) }));
    const args = ["--dir", dir, "--workers", String(tasks), "--ops", "10", "--volatile-percent", "30"];
    for (let each = 0; each < theirs; each += 1)
      hammers.push(hammerOfLibrary(program ?? "", args, random.integer(1e6)));
    const marker = lock === "portable" ? path.join(dir, "containers.lock.portable") : undefined;
    const disturbance = new Disturbance({ random, hammers, marker, stale: STALE });
    await pause(duration);
    await disturbance.end();
    ({ figures } = disturbance);
    for (const ended of await Promise.all(hammers.map((hammer) => hammer.end()))) reports.push(...ended);
  } finally {
    for (const hammer of hammers) hammer.kill();
  }

  const violations: string[] = [];
  const counted = sumOf(reports, ["count"]);
  const number = Number(await readFile(counter, "utf8"));
  if (number !== counted) violations.push(`${counted} were added, and the number is ${number}`);
  await using store = await openContainerStore({ dir, lock });
  // What was refused may have left folders and temporary files; no record, and nothing that is not collected.
  await store.gc({ minAge: 0 });
  violations.push(...(await wrongWith(store, reports)));
  if (program !== undefined) violations.push(...(await judgeOfLibrary(program, dir, reports, scratch.path)));
  return {
    ours: options.ours,
    theirs,
    tasks,
    ourChanges: changesOf(reports.filter(({ impl }) => impl === "stowage")),
    theirChanges: changesOf(reports.filter(({ impl }) => impl !== "stowage")),
    reads: sumOf(reports, READS),
    refused: sumOf(reports, ["refused"]),
    counted,
    kept: reports.reduce((sum, { containers }) => sum + containers.length, 0),
    deleted: reports.reduce((sum, { deleted }) => sum + deleted.length, 0),
    ...figures,
    violations,
  };
}

function sumOf(reports: readonly HammerReport[], what: readonly string[]): number {
  return reports.reduce((sum, { counts }) => sum + what.reduce((of, each) => of + (counts[each] ?? 0), 0), 0);
}

const CHANGES = ["create", "setNames", "addNames", "removeNames", "setMetadata", "setBigData", "delete"];

const changesOf = (reports: readonly HammerReport[]): number => sumOf(reports, CHANGES);
