import { readFileSync } from "node:fs";
import { readdir, readFile, readlink } from "node:fs/promises";
import path from "node:path";
import type { LockHolder } from "../errors.ts";
import { parseProcLocks, type ProcLock } from "./proc-locks.ts";
import { monotonic } from "../monotonic.ts";

/** Looking for holders is a courtesy of an error message; it must not take long on a machine with many processes. */
const searchLimit = 1_000;

const everyLock = "/proc/locks";

/**
 * All locks of the machine; undefined where the system does not tell. The kernel waits for all processors before it
 * answers, 10 to 20 ms where they are idle: on another thread, so that the event loop goes on.
 */
export async function readProcLocks(): Promise<ProcLock[] | undefined> {
  return await readFile(everyLock, "latin1").then(parseProcLocks, () => undefined);
}

/** As `readProcLocks`, for whom cannot wait. */
export function readProcLocksNow(): ProcLock[] | undefined {
  try {
    return parseProcLocks(readFileSync(everyLock, "latin1"));
  } catch {
    return undefined;
  }
}

/** Milliseconds between an answer of the system and the next question. */
const lookPause = 5;

/** All locks of the machine as they were a moment ago, for one who looks at them again and again. */
export class LocksSeen {
  last: readonly ProcLock[] = [];
  #isAsking = false;
  #answeredAt = Number.NEGATIVE_INFINITY;

  /** Asks anew, unless that is under way or was just done; `last` has the answer when it is there. */
  ask(): void {
    if (this.#isAsking || monotonic() - this.#answeredAt < lookPause) return;
    this.#isAsking = true;
    void readProcLocks().then((locks) => {
      this.last = locks ?? [];
      this.#isAsking = false;
      this.#answeredAt = monotonic();
    });
  }
}

/** How the kernel names the file of `fd`, on which this process holds a lock; exact on every file system. */
export function ownFileKey(fd: number): string | undefined {
  try {
    return locksOfDescriptor(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))[0]?.file;
  } catch {
    return undefined;
  }
}

function locksOfDescriptor(fdinfo: string): ProcLock[] {
  const rows = fdinfo.split("\n").filter((row) => row.startsWith("lock:"));
  return parseProcLocks(rows.map((row) => row.slice("lock:".length).trim()).join("\n"));
}

/** The processes behind `locks`, all of which are held on `lockFile`. Those that the system hides are left out. */
export async function findHolders(lockFile: string, locks: readonly ProcLock[]): Promise<LockHolder[]> {
  const holders: LockHolder[] = [];
  let unnamed = 0;
  for (const lock of locks) {
    if (lock.pid > 0) holders.push(await holder(lock.pid, lock));
    else unnamed += 1;
  }
  const file = locks[0]?.file;
  if (unnamed > 0 && file !== undefined) {
    // A lock of an open file description names no process, but each process shows the locks of its descriptors.
    const until = monotonic() + searchLimit;
    for (const pid of await processes()) {
      if (unnamed <= 0 || monotonic() > until) break;
      for (const lock of await locksOfProcess(pid, lockFile)) {
        if (lock.file !== file || lock.pid !== -1) continue;
        holders.push(await holder(pid, lock));
        unnamed -= 1;
      }
    }
  }
  return holders;
}

async function processes(): Promise<number[]> {
  const names = await readdir("/proc").catch(() => []);
  const pids = names.filter((name) => /^\d+$/.test(name)).map(Number);
  // This one first, then the younger ones: they are more often the ones that are looked for.
  return [process.pid, ...pids.filter((pid) => pid !== process.pid).sort((a, b) => b - a)];
}

async function locksOfProcess(pid: number, lockFile: string): Promise<ProcLock[]> {
  const found: ProcLock[] = [];
  // Processes end while we look, and those of other users do not show their files.
  const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => []);
  for (const fd of descriptors) {
    const target = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => "");
    if (path.basename(target) !== path.basename(lockFile)) continue;
    const fdinfo = await readFile(`/proc/${pid}/fdinfo/${fd}`, "latin1").catch(() => "");
    found.push(...locksOfDescriptor(fdinfo));
  }
  return found;
}

async function holder(pid: number, lock: ProcLock): Promise<LockHolder> {
  const program = await programOf(pid);
  const own = pid === process.pid;
  return { pid, mode: lock.mode, own, ...(program === undefined ? {} : { program }) };
}

/** The short name of a program; undefined where the system does not tell. */
export async function programOf(pid: number): Promise<string | undefined> {
  const comm = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return comm.trim() === "" ? undefined : comm.trim();
}
