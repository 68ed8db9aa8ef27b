import type { LockMode } from "./errors.ts";
import type { Crowd, Protocol, WayGiven } from "./protocols/protocol.ts";
import { TurnClock } from "./turn-clock.ts";
import { monotonic } from "./monotonic.ts";

/**
 * Milliseconds after which somebody who takes the lock again and again, and never leaves the event loop a turn, is made
 * to: he would never hear the answer.
 */
const patience = 50;

/**
 * Fairness towards other processes: when this one has had the lock for long
 * enough in a row, does anybody else wait for it, and have they had their
 * chance? A failure to find out never fails a lock; it counts as "perhaps".
 */
export class Courtesy {
  readonly #protocol: Protocol;
  readonly #clock = new TurnClock();
  #leftAt = 0;
  /** Since when an answer is awaited. */
  #askedAt: number | undefined;
  /** Whether the event loop had a turn since then, so that the answer will come through. */
  #hadTurn = false;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  /** The lock was taken. */
  taken(): void {
    this.#clock.taken(monotonic());
  }

  /** The lock was let go. */
  left(): void {
    this.#leftAt = monotonic();
    this.#clock.left(this.#leftAt);
  }

  /**
   * Finds out whether the lock should be let go for others, when it is time for that. Called while holding it; mostly
   * it only looks at the clock. `answered` is called later, from the event loop.
   *
   * @returns whether an answer cannot come through
   */
  lookForOthers(mode: LockMode, answered: (othersWait: boolean) => void): boolean {
    const now = monotonic();
    if (this.#askedAt !== undefined) return !this.#hadTurn && now - this.#askedAt >= patience;
    if (!this.#clock.isOver(now)) return false;
    this.#askedAt = now;
    this.#hadTurn = false;
    setImmediate(() => (this.#hadTurn = true));
    void this.#crowd().then((crowd) => {
      this.#askedAt = undefined;
      // Other readers do not wait for a reader; they are on their way in.
      const othersWait = crowd === undefined || crowd.writers > 0 || (mode === "write" && crowd.readers > 0);
      if (!othersWait) this.#clock.startAnew(monotonic());
      answered(othersWait);
    });
    return false;
  }

  /** Whether the others have had their chance, so that a new turn may begin. Called while the lock is let go. */
  async hasGivenWay(): Promise<boolean> {
    // Nobody knows yet whether there are any.
    if (this.#askedAt !== undefined) return false;
    return this.#isEnough(await this.#gaveWay(monotonic() - this.#leftAt));
  }

  /** As `hasGivenWay`, for one who cannot wait. */
  hasGivenWayNow(): boolean {
    return this.#askedAt === undefined && this.#isEnough(this.#gaveWayNow(monotonic() - this.#leftAt));
  }

  #isEnough(answer: WayGiven): boolean {
    if (answer === "not yet") return false;
    this.#clock.gaveWay(monotonic(), answer === "in vain");
    return true;
  }

  async #crowd(): Promise<Crowd | undefined> {
    try {
      return await this.#protocol.crowd();
    } catch {
      return undefined;
    }
  }

  async #gaveWay(elapsed: number): Promise<WayGiven> {
    try {
      return await this.#protocol.gaveWay(elapsed);
    } catch {
      return "yes";
    }
  }

  #gaveWayNow(elapsed: number): WayGiven {
    try {
      return this.#protocol.gaveWayNow(elapsed);
    } catch {
      return "yes";
    }
  }
}
