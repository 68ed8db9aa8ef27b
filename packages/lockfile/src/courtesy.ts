import type { LockMode } from "./errors.ts";
import type { Crowd, Protocol } from "./protocols/protocol.ts";
import { TurnClock } from "./turn-clock.ts";

/**
 * Fairness towards other processes: when this one has had the lock for long
 * enough in a row, does anybody else wait for it, and have they had their
 * chance? A failure to find out never fails a lock; it counts as "perhaps".
 */
export class Courtesy {
  readonly #protocol: Protocol;
  readonly #clock = new TurnClock();
  #leftAt = 0;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** The lock was taken. */
  taken(): void {
    this.#clock.taken(performance.now());
  }

  /** The lock was let go. */
  left(): void {
    this.#leftAt = performance.now();
    this.#clock.left(this.#leftAt);
  }

  /** Whether the lock should be let go for others. Called while holding it; mostly it only looks at the clock. */
  othersWait(mode: LockMode): boolean {
    const now = performance.now();
    if (!this.#clock.isOver(now)) return false;
    const crowd = this.#crowd();
    // Other readers do not wait for a reader; they are on their way in.
    if (crowd === undefined || crowd.writers > 0 || (mode === "write" && crowd.readers > 0)) return true;
    this.#clock.startAnew(now);
    return false;
  }

  /** Whether the others have had their chance, so that a new turn may begin. Called while the lock is let go. */
  hasGivenWay(): boolean {
    const now = performance.now();
    const answer = this.#gaveWay(now - this.#leftAt);
    if (answer === "not yet") return false;
    this.#clock.gaveWay(now, answer === "in vain");
    return true;
  }

  #crowd(): Crowd | undefined {
    try {
      return this.#protocol.crowd();
    } catch {
      return undefined;
    }
  }

  #gaveWay(elapsed: number): "yes" | "in vain" | "not yet" {
    try {
      return this.#protocol.gaveWay(elapsed);
    } catch {
      return "yes";
    }
  }
}
