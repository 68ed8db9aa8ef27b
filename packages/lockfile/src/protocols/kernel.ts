import { statSync } from "node:fs";
import path from "node:path";
import { lockFileError, type LockMode } from "../errors.ts";
import { Pace } from "../pace.ts";
import { readToken } from "../token-io.ts";
import { nextTurn, pause } from "../waiting.ts";
import type { KernelLocks } from "./addon.ts";
import { LockDescriptor } from "./lock-descriptor.ts";
import { protocolMismatch, readProtocol } from "./marker.ts";
import { fileKey, locksOn, markTarget, readMark, type ProcLock, type WaitMark } from "./proc-locks.ts";
import { findHolders, LocksSeen, ownFileKey, readProcLocks, readProcLocksNow } from "./proc.ts";
import type { Attempt, Crowd, Protocol, Sight, Tenure, WayGiven } from "./protocol.ts";
import { KernelTenure, UnlockedTenure } from "./tenures.ts";
import { isOwnMark, placeWaitMark } from "./wait-mark.ts";
import { monotonic } from "../monotonic.ts";

const shared = { shared: true };
const exclusive = { shared: false };

/** Milliseconds of waiting after which it is worth telling others. */
const markAfter = 5;
/**
 * Milliseconds for which those who wait are given way: at most, while still others hold the lock; when nobody makes
 * use of it; and where it cannot be seen whether anybody waits.
 */
const longestWay = 1_000;
const unusedWay = 250;
const blindWay = 25;
/** Milliseconds of trying in a row before the event loop has its turn. */
const burst = 0.1;
/** How often a file that others replace under our hands is opened again before giving up. */
const openTries = 100;

/**
 * Locks of the kernel on the whole file, by an open file description that is
 * kept between tenures: they exclude, and are excluded by, the record locks
 * that containers/storage takes. Waiting polls, since a call that blocks would
 * take one of the few threads that do all file I/O of the process, the
 * holder's included.
 */
export class KernelProtocol implements Protocol {
  readonly name = "kernel";
  readonly #path: string;
  readonly #readOnly: boolean;
  readonly #locks: KernelLocks;
  #file: LockDescriptor | undefined;
  #key: string | undefined;
  /** The token at the moment when others were seen to wait. */
  #tokenThen: string | undefined;
  /** Since when nobody makes use of the way that is given, in milliseconds after it was given. */
  #unusedSince: number | undefined;

  constructor(lockFile: string, readOnly: boolean, locks: KernelLocks) {
    this.#path = lockFile;
    this.#readOnly = readOnly;
    this.#locks = locks;
  }

  tryAtOnce(mode: LockMode): Tenure | undefined {
    try {
      for (let tries = 1; ; tries += 1) {
        const file = this.open();
        if (file === undefined) return new UnlockedTenure(undefined);
        if (!this.#locks.tryLock(file.fd, 0, 0, mode === "read" ? shared : exclusive)) return undefined;
        // A lock on a file that is no longer there excludes nobody who comes later.
        if (file.isCurrent()) return new KernelTenure(mode, file, () => this.#unlock(file));
        this.close();
        if (tries === openTries) throw new Error("the file is being replaced again and again");
      }
    } catch (error) {
      // Whatever was taken on the way is let go with the descriptor.
      this.close();
      throw lockFileError(this.#path, "lock", error);
    }
  }

  /** Opens the file if it is not open, and makes it when missing; undefined when it is missing and read-only. */
  open(): LockDescriptor | undefined {
    if (this.#file !== undefined) return this.#file;
    // The file first, then the protocol: see marker.ts for why this order is safe.
    const file = this.#readOnly
      ? LockDescriptor.openForReading(this.#path)
      : LockDescriptor.openForWriting(this.#path);
    if (readProtocol(this.#path) === "portable") {
      file?.close();
      throw protocolMismatch(this.#path, "kernel");
    }
    this.#file = file;
    return file;
  }

  #unlock(file: LockDescriptor): void {
    try {
      this.#locks.unlock(file.fd, 0, 0);
    } catch (error) {
      // Closing lets go in any case.
      this.close();
      throw lockFileError(this.#path, "unlock", error);
    }
  }

  async acquire(mode: LockMode, attempt: Attempt): Promise<Tenure> {
    const pace = new Pace(Math.random);
    const begun = monotonic();
    const since = Date.now();
    let removeMark: (() => void) | undefined;
    const locks = new LocksSeen();
    let seen = this.#trace(locks.last);
    try {
      for (let defer = false; ;) {
        attempt.signal.throwIfAborted();
        const tenure = defer ? undefined : this.tryAtOnce(mode);
        if (tenure !== undefined) return tenure;
        attempt.missed();
        const waited = monotonic() - begun;
        if (waited > markAfter) {
          removeMark ??= placeWaitMark(this.#locks, this.#path, mode, this.#target());
        }
        locks.ask();
        // Among those who poll, a reader does not get in before a writer that was there first.
        defer = mode === "read" && waited < unusedWay && this.#marksBefore(locks.last, "write", since) > 0;
        const now = this.#trace(locks.last);
        const step = pace.next(now !== seen);
        seen = now;
        const spin = defer ? 0 : step.spin;
        const met = spin > 0 ? await this.#spin(mode, spin, attempt.signal) : undefined;
        if (met !== undefined) return met;
        await pause(step.sleep, attempt.signal);
      }
    } finally {
      removeMark?.();
    }
  }

  async #spin(mode: LockMode, duration: number, signal: AbortSignal): Promise<Tenure | undefined> {
    const end = monotonic() + duration;
    let now = monotonic();
    while (now < end && !signal.aborted) {
      const turn = now + burst;
      do {
        const tenure = this.tryAtOnce(mode);
        if (tenure !== undefined) return tenure;
        now = monotonic();
      } while (now < turn);
      await nextTurn();
    }
    return undefined;
  }

  /** Something that differs when the lock has passed from one to another. */
  #trace(locks: readonly ProcLock[]): string {
    const token = this.#file === undefined ? "" : readToken(this.#file.fd).toString();
    const holders = this.#onFile(locks).filter((lock) => !lock.blocked);
    return `${token} ${holders.map((lock) => `${lock.pid} ${lock.mode}`).join()}`;
  }

  async crowd(): Promise<Crowd | undefined> {
    return this.#crowdNoted(await readProcLocks());
  }

  crowdNow(): Crowd | undefined {
    return this.#crowdNoted(readProcLocksNow());
  }

  /** Those who wait, and what tells later whether one of them came. */
  #crowdNoted(locks: readonly ProcLock[] | undefined): Crowd | undefined {
    if (locks === undefined) return undefined;
    const file = this.#file;
    if (file !== undefined) {
      this.#key = ownFileKey(file.fd) ?? this.#key;
      this.#unusedSince = undefined;
      this.#tokenThen = readToken(file.fd).toString();
    }
    return this.#crowdIn(locks);
  }

  async gaveWay(elapsed: number): Promise<WayGiven> {
    const asked = monotonic();
    const locks = await readProcLocks();
    return this.#judge(elapsed + monotonic() - asked, locks);
  }

  gaveWayNow(elapsed: number): WayGiven {
    return this.#judge(elapsed, elapsed < longestWay ? readProcLocksNow() : undefined);
  }

  #judge(elapsed: number, locks: readonly ProcLock[] | undefined): WayGiven {
    if (locks === undefined) return elapsed >= blindWay ? "yes" : "not yet";
    const { readers, writers } = this.#crowdIn(locks);
    if (readers + writers === 0) return "yes";
    const holders = this.#onFile(locks).filter((lock) => !lock.blocked);
    const token = this.#file === undefined ? undefined : readToken(this.#file.fd).toString();
    // The token tells of somebody who came and has gone already.
    const came = token !== this.#tokenThen || holders.some((lock) => lock.mode === "write" || writers === 0);
    // Those who block in the kernel get in by themselves; a writer that polls needs the readers away until then.
    if (came && this.#marksBefore(locks, "write", Date.now() - elapsed) === 0) return "yes";
    if (holders.length > 0) {
      // Other readers have their turn still; whoever comes back before they step back, too, keeps the writer out.
      this.#unusedSince = undefined;
      return elapsed < longestWay ? "not yet" : "yes";
    }
    this.#unusedSince ??= elapsed;
    return elapsed - this.#unusedSince < unusedWay ? "not yet" : "in vain";
  }

  async sight(): Promise<Sight> {
    const locks = (await readProcLocks()) ?? [];
    const held = this.#onFile(locks).filter((lock) => !lock.blocked);
    const state = held.length === 0 ? "free" : held.some((lock) => lock.mode === "write") ? "write" : "read";
    return { state, holders: await findHolders(this.#path, held), crowd: this.#crowdIn(locks) };
  }

  close(): void {
    const file = this.#file;
    this.#file = undefined;
    this.#key = undefined;
    file?.close();
  }

  #crowdIn(locks: readonly ProcLock[]): Crowd {
    const blocked = this.#onFile(locks).filter((lock) => lock.blocked);
    const marks = this.#marks(locks);
    const modes = [...blocked, ...marks].map(({ mode }) => mode);
    return {
      readers: modes.filter((mode) => mode === "read").length,
      writers: modes.filter((mode) => mode === "write").length,
      longest: marks.reduce((longest, mark) => Math.max(longest, Date.now() - mark.since), 0),
    };
  }

  /** What other processes that poll have left. */
  #marks(locks: readonly ProcLock[]): WaitMark[] {
    const folder = this.#folderKey();
    const target = this.#target();
    return locks
      .filter((lock) => lock.file === folder && !isOwnMark(lock.start))
      .map((lock) => readMark(lock))
      .filter((mark) => mark !== undefined)
      .filter((mark) => mark.target === target);
  }

  /** How many of others were waiting already at `time` (ms since 1970). */
  #marksBefore(locks: readonly ProcLock[], mode: LockMode, time: number): number {
    return this.#marks(locks).filter((mark) => mark.mode === mode && mark.since < time).length;
  }

  #onFile(locks: readonly ProcLock[]): ProcLock[] {
    const key = this.#fileKey();
    return key === undefined ? [] : locksOn(key, locks);
  }

  #fileKey(): string | undefined {
    if (this.#key === undefined) {
      const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
      if (stats !== undefined) this.#key = fileKey(stats.dev, stats.ino);
    }
    return this.#key;
  }

  #folderKey(): string | undefined {
    const stats = statSync(path.dirname(this.#path), { bigint: true, throwIfNoEntry: false });
    const device = this.#fileKey()?.split(":").slice(0, 2);
    if (stats === undefined || device === undefined) return undefined;
    // The folder lies on the same device as its file, under the name that the kernel has for that.
    return [...device, stats.ino].join(":");
  }

  #target(): number {
    return markTarget(Number(this.#fileKey()?.split(":")[2] ?? 0));
  }
}
