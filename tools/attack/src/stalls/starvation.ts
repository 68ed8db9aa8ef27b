import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { temporaryFolder } from "@stowage/test-kit";
import { Child } from "../child.ts";

export interface StarvationOptions {
  readonly lock: "kernel" | "portable";
  readonly readers: number;
  readonly processes: number;
  readonly writes: number;
  /** Milliseconds within which each write must have got in: far more than it takes. */
  readonly limit: number;
}

export interface StarvationFigures {
  readonly readers: number;
  readonly writes: number;
  /** Milliseconds from asking to being acknowledged. */
  readonly longest: number;
  readonly average: number;
  readonly violations: readonly string[];
}

/** Writes under busy readers in several processes. A write that does not get in is a violation. */
export async function attackByReading(options: StarvationOptions): Promise<StarvationFigures> {
  const { lock, readers, processes, writes, limit } = options;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const lockFile = await openLockFile(path.join(dir, "containers.lock"), { protocol: lock, stale: 2_000 });
  await using store = await openContainerStore({ dir, lock });
  await store.create({ id: "one" });
  const tasks = String(Math.ceil(readers / processes));
  const children: Child[] = [];
  const times: number[] = [];
  const violations: string[] = [];
  try {
    for (let each = 0; each < processes; each += 1) {
      children.push(await Child.start("stalls/reader.ts", dir, lock, tasks));
    }
    for (let write = 0; write < writes; write += 1) {
      const begun = performance.now();
      await store.setMetadata("one", `write ${write}`, { timeout: limit }).catch((error: unknown) => {
        violations.push(`write ${write}: ${String(error)}`);
      });
      times.push(performance.now() - begun);
    }
  } finally {
    for (const child of children) await child.kill();
    await lockFile.close();
  }
  const average = Math.round(times.reduce((sum, time) => sum + time, 0) / writes);
  const longest = Math.round(Math.max(...times));
  return { readers: Number(tasks) * processes, writes, longest, average, violations };
}
