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
   * @param refused is called in between
   */
  async untilDone<T>(
    what: string,
    operation: () => Promise<T>,
    refused?: () => Promise<void>,
  ): Promise<T | undefined> {
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
      }
      await refused?.();
    }
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

const isLostLock = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === "ERR_LOCK_COMPROMISED";
