import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom, temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HeldReadLock, type HeldWriteLock, type LockFile, openLockFile } from "../src/index.ts";
import { Locker } from "./child-process.ts";
import { enough } from "./suite/bench.ts";

const FILES = 2;

/** One turn of a task of this process. */
interface Turn {
  readonly file: number;
  readonly mode: "read" | "write";
  /** How it waits for the lock: without end, tries once, for some milliseconds, until its signal aborts. */
  readonly wait: "patient" | "once" | "briefly" | "aborted";
  /** Milliseconds for which the lock is held, and the event loop has no turn. */
  readonly busy: number;
  /** Whether it has a turn afterwards, with the lock and without. */
  readonly restsInside: boolean;
  readonly restsOutside: boolean;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  file: fc.nat(FILES - 1),
  mode: fc.constantFrom("read", "write"),
  wait: fc.constantFrom("patient", "patient", "once", "briefly", "aborted"),
  busy: fc.constantFrom(0, 0, 1, 20, 60),
  restsInside: fc.boolean(),
  restsOutside: fc.boolean(),
});
const tasks = fc.array(fc.array(turn, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 5 });

/** What another process does to each of the files meanwhile. */
const rival = fc.constantFrom("nothing", "reads", "writes", "overlaps");

/** Who is inside, to see that nobody is who must not be. */
class Inside {
  #readers = 0;
  #writers = 0;

  enter(mode: Turn["mode"]): void {
    if (mode === "read") this.#readers += 1;
    else this.#writers += 1;
    expect(this.#writers * (this.#writers + this.#readers - 1)).toBe(0);
  }

  leave(mode: Turn["mode"]): void {
    if (mode === "read") this.#readers -= 1;
    else this.#writers -= 1;
  }
}

async function take(file: LockFile, { mode, wait }: Turn): Promise<HeldReadLock | HeldWriteLock | undefined> {
  if (wait === "once") return mode === "read" ? file.tryLockForReading() : file.tryLockForWriting();
  const options =
    wait === "patient"
      ? { timeout: enough }
      : wait === "briefly"
        ? { timeout: 5 }
        : { signal: AbortSignal.timeout(5) };
  const lock = mode === "read" ? file.lockForReading(options) : file.lockForWriting(options);
  if (wait === "patient") return await lock;
  return await lock.catch((error: unknown) => {
    const { code, name } = error as { code?: unknown; name?: unknown };
    expect(wait === "briefly" ? code : name).toBe(wait === "briefly" ? "ERR_LOCK_TIMEOUT" : "TimeoutError");
    return undefined;
  });
}

async function run(
  files: readonly LockFile[],
  inside: readonly Inside[],
  turns: readonly Turn[],
): Promise<void> {
  for (const each of turns) {
    const held = await take(files[each.file]!, each);
    if (held === undefined) continue;
    inside[each.file]!.enter(each.mode);
    const end = performance.now() + each.busy;
    while (performance.now() < end) held.assertHeld();
    if (each.restsInside) await sleep(1);
    inside[each.file]!.leave(each.mode);
    await held.release();
    if (each.restsOutside) await sleep(1);
  }
}

describe.each(["kernel", "portable"] as const)(
  "any tasks on several lock files of one process: %s",
  (protocol) => {
    it("exclude one another, all get in who wait, and all is free at the end", async () => {
      await using folder = await temporaryFolder();
      const paths = Array.from({ length: FILES }, (_, at) => path.join(folder.path, `${at}.lock`));
      await using first = await Locker.start(paths[0]!, { protocol });
      await using second = await Locker.start(paths[1]!, { protocol });
      const others = [first, second];
      const { seed } = seededRandom();
      const property = fc.asyncProperty(tasks, fc.tuple(rival, rival), async (all, rivals) => {
        const files = await Promise.all(paths.map((each) => openLockFile(each, { protocol })));
        const busy = others.filter((_, at) => rivals[at] !== "nothing");
        for (const [at, other] of others.entries()) {
          if (rivals[at] === "overlaps") await other.call("read", 3);
          else if (rivals[at] !== "nothing")
            await other.call("hammer", rivals[at] === "reads" ? "read" : "write");
        }
        const inside = files.map(() => new Inside());
        await Promise.all(all.map((turns) => run(files, inside, turns)));
        await Promise.all(busy.map((other) => other.call("stop")));
        for (const file of files) {
          await (await file.lockForWriting({ timeout: enough })).release();
          await file.close();
        }
      });
      await fc.assert(property, { seed, numRuns: 12 });
    });
  },
);
