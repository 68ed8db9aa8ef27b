import type { HeldWriteLock, LockFile } from "@stowage/lockfile";
import { type LockHolder, StowageError } from "../errors.ts";
import type { WaitOptions } from "../options.ts";
import { publishWait } from "./diagnostics.ts";
import { asStowageError, reasonOf } from "./failures.ts";
import { GroupFailure } from "./group-failure.ts";
import type { Memory, WhichFiles } from "./memory.ts";
import type { StorePaths } from "./paths.ts";
import type { Removal } from "./removal.ts";
import { several } from "./several.ts";
import type { Warn } from "./warn.ts";
import { MustComeLater, WriteSession } from "./write-session.ts";
import { monotonicMilliseconds } from "./clock.ts";

/** One operation: it looks at the session, changes records in it, and may do so asynchronously. */
export type Change<T> = (session: WriteSession) => T | Promise<T>;

interface Pending {
  /** Forms a group of its own, which fails as a whole. */
  readonly alone: boolean;
  readonly run: (session: WriteSession) => Promise<Outcome>;
  readonly reject: (error: unknown) => void;
  readonly timeout: number | undefined;
  readonly signal: AbortSignal | undefined;
  timer?: NodeJS.Timeout;
  stopListening?: () => void;
}

/** What came of an operation: how to acknowledge it, how to say that it failed, or that it must come again. */
type Outcome = { readonly acknowledge: () => void } | { readonly refuse: () => void } | "later";

/** Counters of one queue; they only grow. */
export interface QueueCounters {
  /** Changes that were acknowledged, and those of them that shared a save. */
  changes: number;
  grouped: number;
  /** Times that the lock was not free. */
  waits: number;
}

interface Done {
  readonly acknowledge: () => void;
  readonly after: readonly Removal[];
  /** The files of which it changed records. */
  readonly files: WhichFiles;
  readonly reject: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

const NO_FILES: WhichFiles = { stable: false, volatile: false };

/**
 * Group commit. Operations that arrive while the lock is waited for or a save
 * is under way are applied together under the next lock: one token, one write
 * and one sync for all. Each still succeeds or fails by itself, and none is
 * acknowledged before what it changed is on disk.
 */
export class WriteQueue {
  readonly counters: QueueCounters = { changes: 0, grouped: 0, waits: 0 };
  readonly #lock: LockFile;
  readonly #memory: Memory;
  readonly #paths: StorePaths;
  readonly #warn: Warn;
  #pending: Pending[] = [];
  #running: Promise<void> | undefined;
  /** Operations that are saved, and still remove what they set aside. */
  readonly #finishing = new Set<Promise<void>>();
  /** Set while the lock is waited for: aborted when nobody is left who wants it. */
  #waiting: AbortController | undefined;
  /** False until the lock was tried once for those now pending: a timeout of 0 means one try. */
  #tried = false;

  constructor(lock: LockFile, memory: Memory, paths: StorePaths, warn: Warn) {
    this.#warn = warn;
    this.#paths = paths;
    this.#lock = lock;
    this.#memory = memory;
  }

  /** Resolves or rejects when the change is on disk, or is known not to be. */
  submit<T>(change: Change<T>, wait: WaitOptions, alone = false): Promise<T> {
    const { signal, timeout } = wait;
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    return new Promise<T>((resolve, reject) => {
      const pending: Pending = {
        alone,
        timeout,
        signal,
        reject,
        run: async (session) => {
          try {
            const value = await change(session);
            return { acknowledge: () => resolve(value) };
          } catch (error) {
            if (error instanceof MustComeLater) return "later";
            return { refuse: () => reject(asStowageError(error)) };
          }
        },
      };
      if (signal !== undefined) {
        const onAbort = (): void => this.#withdraw(pending, signal.reason);
        signal.addEventListener("abort", onAbort, { once: true });
        pending.stopListening = () => signal.removeEventListener("abort", onAbort);
      }
      this.#pending.push(pending);
      if (this.#tried) this.#startTimer(pending);
      this.#running ??= this.#run();
    });
  }

  /** Waits for everything that was submitted. */
  async idle(): Promise<void> {
    while (this.#running !== undefined || this.#finishing.size > 0) {
      await this.#running;
      await Promise.all(this.#finishing);
    }
  }

  async #run(): Promise<void> {
    // A tick, so that operations started together form one group.
    await Promise.resolve();
    while (this.#pending.length > 0) {
      const held = await this.#acquire();
      if (held === undefined) continue;
      await this.#commit(held);
    }
    this.#running = undefined;
  }

  async #acquire(): Promise<HeldWriteLock | undefined> {
    try {
      const held = await this.#lock.tryLockForWriting();
      if (held !== undefined) return held;
      this.counters.waits += 1;
      const begun = monotonicMilliseconds();
      this.#tried = true;
      for (const pending of this.#pending) this.#startTimer(pending);
      if (this.#pending.length === 0) return undefined;
      this.#waiting = new AbortController();
      const waited = await this.#lock.lockForWriting({ signal: this.#waiting.signal });
      publishWait({ dir: this.#paths.dir, milliseconds: monotonicMilliseconds() - begun });
      return waited;
    } catch (error) {
      if (this.#waiting?.signal.aborted !== true) {
        for (const pending of this.#takeAll()) pending.reject(asStowageError(error));
      }
      return undefined;
    } finally {
      this.#waiting = undefined;
      this.#tried = true;
    }
  }

  async #commit(held: HeldWriteLock): Promise<void> {
    const done: Done[] = [];
    const later: Pending[] = [];
    let failure: GroupFailure | undefined;
    let isLoaded = false;
    try {
      if (!this.#memory.isFresh(held)) await this.#memory.refreshForWriting(held);
      isLoaded = true;
      const session = new WriteSession(held, this.#memory, this.#paths, this.#warn);
      // Whoever arrived during the refresh comes along.
      for (const pending of this.#takeGroup()) {
        const outcome = await pending.run(session);
        const after = session.takeAfterRelease();
        const files = session.takeTouched();
        if (outcome === "later") later.push(pending);
        else if ("acknowledge" in outcome)
          done.push({ ...outcome, after, files, reject: pending.reject, signal: pending.signal });
        else {
          if (pending.alone) await session.abandon();
          outcome.refuse();
        }
      }
      await session.save();
    } catch (error) {
      failure = new GroupFailure(error, held, this.#paths);
      this.#memory.invalidate();
      for (const pending of isLoaded ? [] : this.#takeAll()) pending.reject(failure.errorFor(NO_FILES));
    }
    this.#pending.unshift(...later);
    try {
      await held.release();
    } catch (error) {
      // What was saved is saved; a lock that the system will not give back is the next locker's error, not a loss.
      this.#warn(`${this.#lock.path} could not be let go: ${reasonOf(error)}`);
    }
    this.#tried = false;
    if (failure === undefined) this.#count(done.length);
    for (const each of done) {
      const { acknowledge, after, files, reject } = each;
      if (failure?.isDone(files) === true) this.#acknowledgeLeaving(acknowledge, after.length);
      else if (failure !== undefined) reject(failure.errorFor(files));
      else if (after.every(({ isGone }) => isGone)) acknowledge();
      else this.#startFinishing(each);
    }
  }

  #count(changes: number): void {
    this.counters.changes += changes;
    if (changes > 1) this.counters.grouped += changes;
  }

  /** What would have been removed after the save stays: of a group that was saved in part, or as nobody waits for it. */
  #acknowledgeLeaving(acknowledge: () => void, folders: number): void {
    const what = folders === 1 ? "a folder" : `${folders} folders`;
    if (folders > 0) this.#warn(`${what} of deleted containers in ${this.#paths.dir} not removed (gc will)`);
    acknowledge();
  }

  /** The next group does not wait for it. */
  #startFinishing(done: Done): void {
    const finishing = this.#finish(done).finally(() => this.#finishing.delete(finishing));
    this.#finishing.add(finishing);
  }

  async #finish({ acknowledge, after, reject, signal }: Done): Promise<void> {
    let left = 0;
    try {
      await several(after, async (removal) => {
        // The change is made. Whoever wants it no longer need not wait until all that it leaves is away.
        if (signal?.aborted === true) left += 1;
        else await removal.finish();
      });
    } catch (error) {
      // The first failure is reported after everything was tried, as containers/storage does.
      reject(asStowageError(error));
      return;
    }
    this.#acknowledgeLeaving(acknowledge, left);
  }

  /** Those who come next, up to one who wants to be alone. */
  #takeGroup(): Pending[] {
    const [first] = this.#pending;
    if (first?.alone === true) return this.#take(1);
    const end = this.#pending.findIndex(({ alone }) => alone);
    return this.#take(end < 0 ? this.#pending.length : end);
  }

  #takeAll = (): Pending[] => this.#take(this.#pending.length);

  #take(count: number): Pending[] {
    const taken = this.#pending.splice(0, count);
    for (const pending of taken) {
      clearTimeout(pending.timer);
      pending.stopListening?.();
    }
    return taken;
  }

  #startTimer(pending: Pending): void {
    if (pending.timeout === undefined || pending.timer !== undefined || pending.timeout > 2 ** 31 - 1) return;
    pending.timer = setTimeout(() => void this.#expire(pending), pending.timeout);
  }

  async #expire(pending: Pending): Promise<void> {
    const waited = pending.timeout ?? 0;
    if (!this.#remove(pending)) return;
    pending.reject(await this.#timeoutError(waited));
  }

  #withdraw(pending: Pending, reason: unknown): void {
    if (this.#remove(pending)) pending.reject(reason);
  }

  #remove(pending: Pending): boolean {
    const position = this.#pending.indexOf(pending);
    if (position < 0) return false;
    this.#pending.splice(position, 1);
    clearTimeout(pending.timer);
    pending.stopListening?.();
    if (this.#pending.length === 0) this.#waiting?.abort();
    return true;
  }

  async #timeoutError(waited: number): Promise<StowageError> {
    const holders = await this.#holders();
    const who =
      holders.length === 0
        ? "a process that the system does not name"
        : holders.map(({ program, pid }) => `${program ?? "a process"} (pid ${pid})`).join(", ");
    return new StowageError(
      "ERR_LOCK_TIMEOUT",
      `${this.#lock.path} could not be locked within ${waited} ms: held by ${who}; ` +
        "wait longer, or end that process if it hangs",
      { path: this.#lock.path, holders },
    );
  }

  async #holders(): Promise<readonly LockHolder[]> {
    try {
      return (await this.#lock.status()).holders;
    } catch {
      // That the wait failed is the news; a failure to find out why must not hide it.
      return [];
    }
  }
}
