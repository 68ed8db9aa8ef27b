import { LockFileError, type LockMode } from "./errors.ts";
import type { HeldForWriting, Held } from "./held-lock.ts";
import { onAbort, startTimeout, type WaitOptions } from "./waiting.ts";
import { monotonic } from "./monotonic.ts";

export type AnyHeld = Held<"read"> | HeldForWriting;

export interface SharedWaitOptions extends WaitOptions {
  /** Whoever asks only wants to know whether it worked: a timeout need not find out who is in the way. */
  readonly quiet?: boolean;
}

/** Somebody in this process who waits for the lock. It is settled once: by the lock, an error, its signal or timeout. */
export class Request {
  readonly mode: LockMode;
  /** Wants an answer after the first try. */
  readonly once: boolean;
  /** Does not want to know who is in the way. */
  readonly quiet: boolean;
  /** When it came, on `monotonic()`'s clock. */
  readonly since: number;
  readonly promise: Promise<AnyHeld>;
  readonly #resolve: (held: AnyHeld) => void;
  readonly #reject: (reason: unknown) => void;
  readonly #cleanUp: (() => void)[] = [];
  #settled = false;

  constructor(mode: LockMode, once: boolean, quiet: boolean) {
    this.mode = mode;
    this.once = once;
    this.quiet = quiet;
    this.since = monotonic();
    const { promise, resolve, reject } = withResolvers<AnyHeld>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** `expired` and `aborted` are called when the wait ends for that reason, at most one of them. */
  watch(
    options: WaitOptions,
    closing: AbortSignal,
    expired: () => void,
    aborted: (why: unknown) => void,
  ): void {
    const { signal, timeout } = options;
    if (timeout !== undefined && timeout > 0) {
      const timer = startTimeout(timeout, expired);
      this.#cleanUp.push(() => clearTimeout(timer));
    }
    for (const source of [signal, closing]) {
      if (source === undefined) continue;
      this.#cleanUp.push(onAbort(source, () => aborted(source.reason)));
    }
  }

  grant(held: AnyHeld): void {
    this.settle();
    this.#resolve(held);
  }

  refuse(reason: unknown): void {
    this.settle();
    this.#reject(reason);
  }

  /** Ends the wait; the answer is still to be given, by `refuse`. */
  settle(): void {
    this.#settled = true;
    for (const undo of this.#cleanUp) undo();
    this.#cleanUp.length = 0;
  }
}

function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: unknown) => void;
} {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

export function closedError(path: string): LockFileError {
  const message = `the lock file ${path} was closed; open it again to lock it`;
  return new LockFileError("ERR_LOCK_CLOSED", path, message);
}
