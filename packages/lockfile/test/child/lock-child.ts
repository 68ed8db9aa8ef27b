// A process that locks on behalf of a test: it does what messages say, and answers each of them.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  LockFileError,
  openLockFile,
  type HeldReadLock,
  type HeldWriteLock,
  type LockFile,
  type OpenLockFileOptions,
} from "../../src/index.ts";

let file: LockFile | undefined;
let held: HeldReadLock | HeldWriteLock | undefined;
let busy = false;

function opened(): LockFile {
  if (file === undefined) throw new Error("nothing is open");
  return file;
}

function holding(): HeldReadLock | HeldWriteLock {
  if (held === undefined) throw new Error("nothing is held");
  return held;
}

function writing(): HeldWriteLock {
  const lock = holding();
  if (lock.mode !== "write") throw new Error("not held for writing");
  return lock;
}

/** False when the test has just removed the folder in which a portable lock lives. */
function isHeld(lock: HeldWriteLock): boolean {
  try {
    lock.assertHeld();
    return true;
  } catch {
    return false;
  }
}

/** Adds one to a number in a file, by the rules: prepare in the staging folder, if there is one, and rename. */
async function addOne(lock: HeldWriteLock, counter: string): Promise<void> {
  const before = Number(readFileSync(counter, "utf8"));
  lock.recordWrite();
  if (before % 3 === 0) await sleep(0);
  const prepared = path.join(lock.stagingFolder ?? path.dirname(counter), "counter.new");
  writeFileSync(prepared, String(before + 1));
  lock.assertHeld();
  renameSync(prepared, counter);
}

async function overlappingReaders(count: number, until: Promise<void>): Promise<number> {
  let reads = 0;
  const reader = async (): Promise<void> => {
    while (busy) {
      await using lock = await opened().lockForReading();
      lock.lastWrite();
      reads += 1;
      await sleep(1);
    }
  };
  const readers = Array.from({ length: count }, reader);
  await until;
  busy = false;
  await Promise.all(readers);
  return reads;
}

const methods = {
  async open(lockFile: string, options: OpenLockFileOptions) {
    file = await openLockFile(lockFile, options);
    return { path: file.path, protocol: file.protocol };
  },
  async lock(mode: "read" | "write", timeout?: number) {
    const options = timeout === undefined ? {} : { timeout };
    held = mode === "read" ? await opened().lockForReading(options) : await opened().lockForWriting(options);
    return { locked: held.locked };
  },
  async tryLock(mode: "read" | "write") {
    const lock = mode === "read" ? await opened().tryLockForReading() : await opened().tryLockForWriting();
    if (lock === undefined) return false;
    held = lock;
    return true;
  },
  release: () => holding().release(),
  assertHeld: () => holding().assertHeld(),
  signalReason: () => (holding().signal.reason as { code?: string } | undefined)?.code,
  lastWrite: () => holding().lastWrite().toString(),
  recordWrite: () => writing().recordWrite().toString(),
  stagingFolder: () => writing().stagingFolder,
  renameFromStaging(name: string, target: string) {
    renameSync(path.join(writing().stagingFolder ?? "", name), target);
  },
  /** Adds a line to a list, and stops itself before step `stopAt` of the way; resolves when the line is there. */
  append(list: string, line: string, stopAt: number) {
    const lock = writing();
    const prepared = path.join(lock.stagingFolder ?? path.dirname(list), "list.new");
    let text = "";
    const steps = [
      () => (text = readFileSync(list, "utf8")),
      () => lock.recordWrite(),
      () => writeFileSync(prepared, `${text}${line}\n`),
      () => lock.assertHeld(),
      () => renameSync(prepared, list),
      () => undefined,
    ];
    steps.forEach((step, i) => {
      if (i === stopAt) process.kill(process.pid, "SIGSTOP");
      step();
    });
  },
  /** Takes the lock again the moment it has let it go, until a file is there; no timer and no message comes through. */
  async hog(end: string) {
    let count = 0;
    for (; !existsSync(end); count += 1) {
      await using lock = await opened().lockForWriting();
      lock.lastWrite();
      methods.block(100);
    }
    return count;
  },
  /** Blocks the event loop. */
  block(duration: number) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, duration);
  },
  async addMany(counter: string, times: number) {
    for (let i = 0; i < times; i += 1) {
      await using lock = await opened().lockForWriting();
      await addOne(lock, counter);
    }
  },
  /** Reads two halves that writers change one after the other; resolves to how often they differed. */
  async compareMany(folder: string, times: number) {
    let different = 0;
    for (let i = 0; i < times; i += 1) {
      await using lock = await opened().lockForReading();
      const first = readFileSync(path.join(folder, "first"), "utf8");
      await sleep(0);
      if (first !== readFileSync(path.join(folder, "second"), "utf8")) different += 1;
      lock.assertHeld();
    }
    return different;
  },
  async changeMany(folder: string, times: number) {
    for (let i = 0; i < times; i += 1) {
      await using lock = await opened().lockForWriting();
      for (const name of ["first", "second"]) {
        const prepared = path.join(lock.stagingFolder ?? folder, `${name}.new`);
        writeFileSync(prepared, `${process.pid} ${i}`);
        renameSync(prepared, path.join(folder, name));
        await sleep(0);
      }
    }
  },
  /** Locks and unlocks without a pause until `stop`. */
  hammer(mode: "read" | "write") {
    busy = true;
    hammered = (async () => {
      let times = 0;
      while (busy) {
        await using lock =
          mode === "read" ? await opened().lockForReading() : await opened().lockForWriting();
        if (lock.mode === "write" && isHeld(lock)) lock.recordWrite();
        times += 1;
        // Messages must come through; in between, the lock is held.
        if (times % 50 === 0) await sleep(1);
      }
      return times;
    })();
  },
  /** Readers who overlap, so that the lock is never free, until `stop`. */
  read(count: number) {
    busy = true;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    hammered = overlappingReaders(count, stopped);
  },
  async stop() {
    busy = false;
    stop();
    return hammered;
  },
  exit: () => process.exit(0),
  status: () => opened().status(),
  close: () => opened().close(),
};
let hammered: Promise<number> = Promise.resolve(0);
let stop = (): void => undefined;

interface Call {
  readonly id: number;
  readonly method: keyof typeof methods;
  readonly args: readonly unknown[];
}

async function answer({ id, method, args }: Call): Promise<void> {
  try {
    const run = methods[method] as (...args: readonly unknown[]) => unknown;
    process.send?.({ id, value: await run(...args) });
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    const holders = error instanceof LockFileError ? error.holders : undefined;
    process.send?.({ id, error: { code, message, holders } });
  }
}

process.on("message", (call: Call) => void answer(call));
process.send?.("ready");
