const MOST = 200;

/** Counts what a hammer did, and keeps what went wrong. */
export class Tally {
  readonly counts: Record<string, number> = {};
  readonly violations: string[] = [];
  readonly errors: string[] = [];

  violated(what: string): void {
    if (this.violations.length < MOST) this.violations.push(what);
  }

  /**
   * Makes an operation. When it is refused because the lock was lost, it is made again, as a caller would; any other
   * failure is noted, and the result is undefined.
   *
   * @param refused is called in between, and told whether the one who took the lock over may have finished the change;
   * what it resolves to, if anything, is then the result
   */
  async untilDone<T>(
    what: string,
    operation: () => Promise<T>,
    refused?: (mayBeDone: boolean) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    // Once it may be done, that holds for whatever comes of making it again.
    let mayBeDone = false;
    for (;;) {
      try {
        const value = await operation();
        this.#count(what);
        return value;
      } catch (error) {
        if (!isLostLock(error)) {
          this.#count("errors");
          if (this.errors.length < MOST) this.errors.push(`${what}: ${String(error)}`);
          return undefined;
        }
        this.#count("refused");
        mayBeDone ||= (error as { details?: { mayBeDone?: boolean } }).details?.mayBeDone === true;
      }
      const found = await refused?.(mayBeDone);
      if (found !== undefined) return found;
    }
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

const isLostLock = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === "ERR_LOCK_COMPROMISED";
