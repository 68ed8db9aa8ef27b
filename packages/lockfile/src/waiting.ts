/** How long a call may wait for a lock. */
export interface WaitOptions {
  /** Ends the wait: the call rejects with `signal.reason`. A lock that is held already is not touched. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds; 0 tries once. Left out, the wait has no end of its own. */
  readonly timeout?: number | undefined;
}

/** Timers take no longer delay; a wait of this length (24 days) is as good as one without end. */
const longestDelay = 2 ** 31 - 1;

/** `TypeError` on what a caller can only have meant otherwise. */
export function checkWaitOptions(options: WaitOptions): void {
  const { timeout, signal } = options;
  if (timeout !== undefined && !(typeof timeout === "number" && timeout >= 0)) {
    throw new TypeError(`timeout must be a number of milliseconds, 0 or more, not ${String(timeout)}`);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError("signal must be an AbortSignal");
  }
}

/** Calls `expire` after `timeout` ms, or never when that is further away than timers reach. */
export function startTimeout(timeout: number, expire: () => void): NodeJS.Timeout | undefined {
  return timeout > longestDelay ? undefined : setTimeout(expire, timeout);
}

/** Resolves after `duration` ms, or as soon as `signal` aborts; never rejects. */
export function pause(duration: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      stopListening?.();
      resolve();
    };
    const timer = setTimeout(finish, duration);
    const stopListening = signal === undefined ? undefined : onAbort(signal, finish);
  });
}

/** Resolves after everything that is due in the event loop now has had its turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

const abortListeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `listener` when `signal` aborts, unless the returned function is called
 * before. A thousand waits may share one signal: it gets a single listener for
 * all of them, so that Node does not take them for a leak.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = abortListeners.get(signal);
  if (listeners === undefined) {
    const all = new Set<() => void>();
    listeners = all;
    abortListeners.set(signal, all);
    const callAll = (): void => {
      for (const each of [...all]) each();
    };
    signal.addEventListener("abort", callAll, { once: true });
  }
  const own = listeners;
  // Wrapped, so that the same function can listen twice.
  const entry = (): void => listener();
  own.add(entry);
  return () => own.delete(entry);
}
