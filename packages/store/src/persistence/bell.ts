/**
 * Rung when something may have happened, and heard when somebody has the time.
 * However often it was rung meanwhile, it is heard once, so nothing piles up.
 */
export class Bell {
  #rung = false;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rung = true;
    this.#wake?.();
  }

  /** What it was rung for so far is known. */
  quiet(): void {
    this.#rung = false;
  }

  /**
   * Resolves when the bell rings or was rung since `quiet`, at the latest after
   * `atMost` milliseconds, and when the signal aborts. One waits at a time.
   */
  async heard(signal: AbortSignal, atMost?: number): Promise<void> {
    if (this.#rung || signal.aborted) return;
    const { promise, resolve } = deferred();
    const timer = atMost === undefined ? undefined : setTimeout(resolve, atMost);
    signal.addEventListener("abort", resolve, { once: true });
    this.#wake = resolve;
    await promise;
    this.#wake = undefined;
    signal.removeEventListener("abort", resolve);
    clearTimeout(timer);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
