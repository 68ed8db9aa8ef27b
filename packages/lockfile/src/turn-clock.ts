/** Milliseconds; tests and callers may differ, the rule does not. */
export interface TurnLimits {
  /** For how long a process may have the lock in a row before it looks whether others wait. */
  readonly limit: number;
  /** How long a process must be away for a new row to begin. */
  readonly gap: number;
  /** `limit` grows up to this while giving way turns out to be in vain. */
  readonly longest: number;
}

export const turnLimits: TurnLimits = { limit: 100, gap: 20, longest: 1_600 };

/**
 * For how long one process has had the lock in a row. Taking it again after
 * less than `gap` continues the row, so that readers who overlap, and writers
 * who come one after another, are both seen as one long turn.
 *
 * Pure: times come in from a clock that does not jump, in milliseconds.
 */
export class TurnClock {
  readonly #limits: TurnLimits;
  #limit: number;
  #started = 0;
  #left = Number.NEGATIVE_INFINITY;

  constructor(limits: TurnLimits = turnLimits) {
    this.#limits = limits;
    this.#limit = limits.limit;
  }

  taken(now: number): void {
    if (now - this.#left >= this.#limits.gap) this.#started = now;
  }

  left(now: number): void {
    this.#left = now;
  }

  /** Whether it is time to look for others who wait. */
  isOver(now: number): boolean {
    return now - this.#started >= this.#limit;
  }

  /** Nobody else waits: a new row begins. */
  startAnew(now: number): void {
    this.#started = now;
  }

  /** The lock was left alone for others: did one of them come? If not, the next look is further away. */
  gaveWay(now: number, inVain: boolean): void {
    this.#limit = inVain ? Math.min(this.#limit * 2, this.#limits.longest) : this.#limits.limit;
    this.#started = now;
  }
}
