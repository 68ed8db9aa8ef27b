import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { peer, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { hammerOfLibrary, judgeOfLibrary, OurHammer, wrongWith } from "./support/hammering.ts";
import type { HammerReport } from "./support/hammer-report.ts";

const programs = peer();
const isLong = process.env["STOWAGE_LONG"] === "1";
/** Milliseconds. */
const TOGETHER = isLong ? 60_000 : 5_000;
const ALONE = isLong ? 60_000 : 2_500;
const timeout = { timeout: 600_000 };

const ours = (dir: string, lock: "kernel" | "portable", seed: number): Promise<OurHammer> =>
  OurHammer.start({ dir, lock, workers: 3, seed, volatilePercent: 30, largest: 8192 });

function figures(reports: readonly HammerReport[]): string {
  const by = new Map<string, Record<string, number>>();
  for (const { impl, counts } of reports) {
    const sums = by.get(impl) ?? {};
    for (const [what, count] of Object.entries(counts)) sums[what] = (sums[what] ?? 0) + count;
    by.set(impl, sums);
  }
  const kept = reports.reduce((sum, { containers }) => sum + containers.length, 0);
  const deleted = reports.reduce((sum, report) => sum + report.deleted.length, 0);
  return `${kept} containers kept, ${deleted} deleted; ${[...by].map(([impl, sums]) => `${impl} ${JSON.stringify(sums)}`).join("; ")}`;
}

function expectWork(reports: readonly HammerReport[]): void {
  for (const report of reports)
    expect(report.counts["create"] ?? 0, `${report.impl} ${report.pid}`).toBeGreaterThan(0);
}

describe("several processes change one store at the same time", () => {
  it.skipIf(programs.found === undefined)("two of ours and two of the library's", timeout, async () => {
    const program = programs.found!.peer;
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    const stop = new AbortController();
    const args = [
      ...["--dir", dir, "--workers", "2", "--ops", "10", "--mode", "mixed", "--volatile-percent", "30"],
    ];
    const hammers = await Promise.all([ours(dir, "kernel", 1), ours(dir, "kernel", 2)]);
    const library = [3, 4].map((seed) => hammerOfLibrary(program, args, seed, stop.signal));
    await sleep(TOGETHER);
    stop.abort();
    const reports = [
      ...(await Promise.all(hammers.map((hammer) => hammer.stop()))),
      ...(await Promise.all(library)).flat(),
    ];
    console.log(figures(reports));
    expectWork(reports);
    await using store = await openContainerStore({ dir });
    expect(await wrongWith(store, reports)).toEqual([]);
    expect(await judgeOfLibrary(program, dir, reports, folder.path)).toEqual([]);
  });

  it.each(["kernel", "portable"] as const)("four of ours, %s locks", timeout, async (lock) => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "store");
    const hammers = await Promise.all([1, 2, 3, 4].map((seed) => ours(dir, lock, seed)));
    await sleep(ALONE);
    const reports = await Promise.all(hammers.map((hammer) => hammer.stop()));
    console.log(figures(reports));
    expectWork(reports);
    await using store = await openContainerStore({ dir });
    expect(store.lockProtocol).toBe(lock);
    expect(await wrongWith(store, reports)).toEqual([]);
    if (programs.found === undefined) return;
    expect(await judgeOfLibrary(programs.found.peer, dir, reports, folder.path)).toEqual([]);
  });
});
