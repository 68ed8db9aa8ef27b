import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { peer, temporaryFolder } from "@stowage/test-kit";
import { Child } from "../child.ts";

/**
 * Milliseconds within which a writer gets in among ten busy readers, as docs/locking.md states it: among ours, who step
 * back, and among the library's alone, who do not, so that it is a matter of chance.
 */
const STATED_LIMIT = 10_000;
const AMONG_LIBRARY = 60_000;

export interface StarvationOptions {
  readonly lock: "kernel" | "portable";
  /** Processes of ours that read, and tasks in each: the readers of one process overlap without a gap. */
  readonly processes: number;
  readonly tasks: number;
  /** Processes of the library, with one reader each: its own readers that overlap never let a writer in (docs/locking.md). */
  readonly theirs: number;
  readonly writes: number;
}

export interface StarvationFigures {
  readonly readers: number;
  readonly ofLibrary: number;
  readonly writes: number;
  /** Milliseconds from asking to being acknowledged. */
  readonly longest: number;
  readonly average: number;
  readonly limit: number;
  readonly violations: readonly string[];
}

/** Writes under busy readers in several processes. A write that does not get in within the stated limit is a violation. */
export async function attackByReading(options: StarvationOptions): Promise<StarvationFigures> {
  const { lock, processes, tasks, writes } = options;
  const library = peer().found?.peer;
  const theirs = lock === "kernel" && library !== undefined ? options.theirs : 0;
  const limit = processes === 0 ? AMONG_LIBRARY : STATED_LIMIT;
  await using scratch = await temporaryFolder();
  const dir = path.join(scratch.path, "store");
  const lockFile = await openLockFile(path.join(dir, "containers.lock"), { protocol: lock, stale: 2_000 });
  await using store = await openContainerStore({ dir, lock });
  await store.create({ id: "one" });
  const readers: Reader[] = [];
  const times: number[] = [];
  const violations: string[] = [];
  try {
    for (let each = 0; each < processes; each += 1)
      readers.push(await Child.start("stalls/reader.ts", dir, lock, String(tasks)));
    for (let each = 0; each < theirs; each += 1) readers.push(readerOfLibrary(library ?? "", dir));
    for (let write = 0; write < writes; write += 1) {
      const begun = performance.now();
      await store
        .setMetadata("one", `write ${write}`, { timeout: limit })
        .catch((error: unknown) => violations.push(`write ${write}: ${String(error)}`));
      times.push(performance.now() - begun);
    }
  } finally {
    for (const reader of readers) await reader.kill();
    await lockFile.close();
  }
  const average = Math.round(times.reduce((sum, time) => sum + time, 0) / writes);
  const longest = Math.round(Math.max(...times));
  const figures = { readers: tasks * processes + theirs, ofLibrary: theirs, writes, longest, average };
  return { ...figures, limit, violations };
}

interface Reader {
  kill(): Promise<unknown>;
}

/** Reads without a pause until it is killed. */
function readerOfLibrary(program: string, dir: string): Reader {
  const args = ["hammer", "--dir", dir, "--mode", "read", "--workers", "1", "--ops", "1000000000"];
  const child = spawn(program, args, { stdio: "ignore" });
  const ended = once(child, "exit");
  return {
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
