import { Courtesy } from "./courtesy.ts";
import type { LockMode } from "./errors.ts";
import { FairQueue } from "./fair-queue.ts";
import { GivingWay } from "./giving-way.ts";
import { Held, HeldForWriting } from "./held-lock.ts";
import type { Protocol, Tenure } from "./protocols/protocol.ts";
import { Request, type AnyHeld, type SharedWaitOptions } from "./request.ts";
import { becomeSought, soughtBy, wonAtOnce, type Session } from "./session.ts";
import { type LockStatus, withOwn } from "./status.ts";
import { timeoutError } from "./timeout-error.ts";

/**
 * One lock file in one process: the fair queue in front, the protocol behind.
 * The first one in takes the lock between processes and the last one out lets
 * it go. After about 100 ms in a row, in one hand or several, it looks whether
 * other processes wait, and if so lets nobody in any more until they had
 * their chance.
 */
export class SharedLock {
  readonly path: string;
  readonly #protocol: Protocol;
  readonly #queue = new FairQueue<Request>();
  readonly #waiting = new Set<Request>();
  readonly #courtesy: Courtesy;
  readonly #way: GivingWay;
  #session: Session | undefined;
  #closing = false;

  constructor(path: string, protocol: Protocol) {
    this.path = path;
    this.#protocol = protocol;
    this.#courtesy = new Courtesy(protocol);
    this.#way = new GivingWay(this.#courtesy, this.#queue, {
      isInside: () => this.#session !== undefined,
      hasLost: () => this.#session?.tenure?.lost?.aborted === true,
      goOn: () => this.#admit(this.#queue.letGo()),
      done: () => this.#closeIfIdle(),
    });
  }

  get protocol(): Protocol["name"] {
    return this.#protocol.name;
  }

  /** The lock as soon as it can be had; `closing` aborts when whoever asks closes its lock file. */
  lock(mode: LockMode, options: SharedWaitOptions, closing: AbortSignal): Promise<AnyHeld> {
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason as unknown);
    const admitted = this.#tryEnter(mode, options.timeout === 0);
    try {
      const held = admitted ? this.#haveAtOnce(mode) : undefined;
      if (held !== undefined) return Promise.resolve(held);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#wait(mode, options, closing, admitted);
  }

  #tryEnter(mode: LockMode, once: boolean): boolean {
    // Readers who overlap would never let the lock go by themselves.
    if (mode === "read" && this.#session?.tenure !== undefined) this.#way.lookForOthers(this.#session.mode);
    if (once && this.#queue.heldBack) this.#way.lookNow();
    return this.#queue.tryEnter(mode);
  }

  #wait(
    mode: LockMode,
    options: SharedWaitOptions,
    closing: AbortSignal,
    admitted: boolean,
  ): Promise<AnyHeld> {
    const request = new Request(mode, options.timeout === 0, options.quiet === true);
    this.#waiting.add(request);
    request.watch(
      options,
      closing,
      () => this.#giveUp(request, undefined),
      (reason) => this.#giveUp(request, { reason }),
    );
    if (admitted) this.#seek(request);
    else {
      this.#queue.wait(mode, request);
      if (request.once) this.#giveUp(request, undefined);
      else if (this.#queue.heldBack && this.#session === undefined) this.#way.begin();
    }
    return request.promise;
  }

  /** For those whom the queue let in. */
  #admit(requests: readonly Request[]): void {
    for (const request of requests) {
      try {
        const held = this.#haveAtOnce(request.mode);
        if (held === undefined) this.#seek(request);
        else this.#grant(request, held);
      } catch (error) {
        this.#settle(request);
        request.refuse(error);
      }
    }
  }

  /** The lock for one whom the queue let in, if it can be had now. If it throws, the place is given back. */
  #haveAtOnce(mode: LockMode): AnyHeld | undefined {
    const session = this.#session;
    if (session !== undefined) {
      return session.tenure === undefined ? undefined : this.#join(session, session.tenure);
    }
    try {
      const tenure = this.#protocol.tryAtOnce(mode);
      return tenure === undefined ? undefined : this.#begin(mode, tenure);
    } catch (error) {
      this.#admit(this.#queue.leave(mode));
      throw error;
    }
  }

  #seek(request: Request): void {
    if (this.#session !== undefined) {
      this.#session.seekers.add(request);
      if (request.once && this.#session.missed) this.#giveUp(request, undefined);
      return;
    }
    this.#session = soughtBy(request);
    void this.#acquire(this.#session);
  }

  async #acquire(session: Session): Promise<void> {
    let outcome: { readonly tenure: Tenure } | { readonly failure: unknown };
    do {
      if (session.seeking.signal.aborted) session.seeking = new AbortController();
      session.missed = false;
      try {
        const attempt = { signal: session.seeking.signal, missed: () => this.#missed(session) };
        outcome = { tenure: await this.#protocol.acquire(session.mode, attempt) };
      } catch (failure) {
        outcome = { failure };
      }
      // All who sought it had given up, but then others came.
    } while (!("tenure" in outcome) && session.seeking.signal.aborted && session.seekers.size > 0);

    if ("tenure" in outcome) this.#won(session, outcome.tenure);
    else this.#failed(session, outcome.failure);
  }

  #missed(session: Session): void {
    session.missed = true;
    for (const request of session.seekers) if (request.once) this.#giveUp(request, undefined);
  }

  #won(session: Session, tenure: Tenure): void {
    session.tenure = tenure;
    this.#courtesy.taken();
    // Whoever came in beside those who have lost it would have lost it, too, and keep them from ever being the last.
    tenure.lost?.addEventListener("abort", () => {
      if (this.#session === session) this.#queue.holdBack();
    });
    const seekers = [...session.seekers];
    session.seekers.clear();
    const gone = session.gone;
    session.gone = 0;
    // Those who gave up count as holders for a moment, so that the last of all to leave lets go.
    session.holders = gone;
    for (const request of seekers) this.#grant(request, this.#join(session, tenure));
    for (let i = 0; i < gone; i += 1) {
      // There is nobody to tell a failure to; the descriptor is closed or the heartbeat ends, which lets go, too.
      this.#leave(session, tenure).catch(() => undefined);
    }
  }

  #failed(session: Session, failure: unknown): void {
    this.#session = undefined;
    const seekers = [...session.seekers];
    for (const request of seekers) {
      this.#settle(request);
      request.refuse(failure);
    }
    this.#admit(this.#vacate(session.mode, seekers.length + session.gone));
    this.#closeIfIdle();
  }

  #vacate(mode: LockMode, places: number): Request[] {
    const admitted: Request[] = [];
    for (let place = 0; place < places; place += 1) admitted.push(...this.#queue.leave(mode));
    return admitted;
  }

  #begin(mode: LockMode, tenure: Tenure): AnyHeld {
    this.#session = wonAtOnce(mode, tenure);
    this.#courtesy.taken();
    return this.#join(this.#session, tenure);
  }

  #join(session: Session, tenure: Tenure): AnyHeld {
    session.holders += 1;
    const leave = (): Promise<void> => this.#leave(session, tenure);
    return session.mode === "write"
      ? new HeldForWriting("write", this.path, tenure, leave)
      : new Held("read", this.path, tenure, leave);
  }

  #grant(request: Request, held: AnyHeld): void {
    this.#settle(request);
    request.grant(held);
  }

  #leave(session: Session, tenure: Tenure): Promise<void> {
    session.holders -= 1;
    if (session.holders > 0) {
      this.#admit(this.#queue.leave(session.mode));
      return done;
    }
    this.#way.lookForOthers(session.mode);
    try {
      const released = tenure.release();
      if (released !== undefined) {
        // Nobody may join a tenure that is being given back; those who come now seek another one after it.
        becomeSought(session);
        return released.finally(() => this.#end(session));
      }
      this.#end(session);
      return done;
    } catch (error) {
      this.#end(session);
      return Promise.reject(error);
    }
  }

  #end(session: Session): void {
    this.#session = undefined;
    this.#courtesy.left();
    const next = this.#vacate(session.mode, 1 + session.gone);
    // Mostly there is nobody, and a lock that is free takes a few microseconds in all.
    if (session.seekers.size + next.length > 0) this.#admit([...session.seekers, ...next]);
    if (this.#queue.heldBack && this.#queue.waiting > 0) this.#way.begin();
    this.#closeIfIdle();
  }

  /** `aborted` is undefined when the time is up. */
  #giveUp(request: Request, aborted: { readonly reason: unknown } | undefined): void {
    if (request.settled) return;
    this.#settle(request);
    const next = this.#queue.withdraw(request);
    const session = this.#session;
    if (next !== undefined) this.#admit(next);
    else if (session?.seekers.delete(request) === true) {
      session.gone += 1;
      if (session.seekers.size === 0) session.seeking.abort();
    }
    if (aborted !== undefined) request.refuse(aborted.reason);
    else void timeoutError(this.path, request, this.#protocol).then((error) => request.refuse(error));
  }

  #settle(request: Request): void {
    this.#waiting.delete(request);
    request.settle();
  }

  async status(): Promise<LockStatus> {
    const { state, holders, crowd } = await this.#protocol.sight();
    return { state, holders, waiting: withOwn(crowd, this.#waiting) };
  }

  /** No more calls come; what is held stays held until it is released. */
  close(): void {
    this.#closing = true;
    this.#closeIfIdle();
  }

  #closeIfIdle(): void {
    if (!this.#closing || this.#way.isUnderWay) return;
    if (this.#session === undefined && this.#queue.waiting === 0) this.#protocol.close();
  }
}

const done = Promise.resolve();
