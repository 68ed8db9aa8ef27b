import type { LockMode } from "./errors.ts";
import type { Crowd, Protocol, WayGiven } from "./protocols/protocol.ts";
import { TurnClock } from "./turn-clock.ts";
import { monotonic } from "./monotonic.ts";

/**
 * Milliseconds after which somebody who takes the lock again and again, and never leaves the event loop a turn, is made
 * to: he would never hear the answer.
 */
const patience = 50;

/** Whether others wait. */
interface Question {
  /** In which mode this process has the lock. */
  readonly mode: LockMode;
  readonly since: number;
  /** Whether the event loop had a turn since then, so that the answer will come through. */
  hadTurn: boolean;
}

/**
 * Fairness towards other processes: when this one has had the lock for long
 * enough in a row, does anybody else wait for it, and have they had their
 * chance? A failure to find out never fails a lock; it counts as "perhaps".
 */
export class Courtesy {
  readonly #protocol: Protocol;
  readonly #clock = new TurnClock();
  #leftAt = 0;
  /** What is asked, and not answered yet. */
  #question: Question | undefined;

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
    if (this.#question !== undefined)
      return !this.#question.hadTurn && now - this.#question.since >= patience;
    if (!this.#clock.isOver(now)) return false;
    const question: Question = { mode, since: now, hadTurn: false };
    this.#question = question;
    setImmediate(() => (question.hadTurn = true));
    void this.#crowd().then((crowd) => {
      // Meanwhile it may have been answered at once, for one who could not wait.
      if (this.#question === question) answered(this.#answer(question, crowd));
    });
    return false;
  }

  /** Answers at once what is asked: whether others wait. For one who cannot wait. */
  othersWaitNow(): boolean {
    return this.#question !== undefined && this.#answer(this.#question, this.#crowdNow());
  }

  #answer({ mode }: Question, crowd: Crowd | undefined): boolean {
    this.#question = undefined;
    // Other readers do not wait for a reader; they are on their way in.
    const othersWait = crowd === undefined || crowd.writers > 0 || (mode === "write" && crowd.readers > 0);
    if (!othersWait) this.#clock.startAnew(monotonic());
    return othersWait;
  }

  /** Whether the others have had their chance, so that a new turn may begin. Called while the lock is let go. */
  async hasGivenWay(): Promise<boolean> {
    // Nobody knows yet whether there are any.
    if (this.#question !== undefined) return false;
    return this.#isEnough(await this.#gaveWay(monotonic() - this.#leftAt));
  }

  /** As `hasGivenWay`, for one who cannot wait. */
  hasGivenWayNow(): boolean {
    return this.#question === undefined && this.#isEnough(this.#gaveWayNow(monotonic() - this.#leftAt));
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

  #crowdNow(): Crowd | undefined {
    try {
      return this.#protocol.crowdNow();
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
