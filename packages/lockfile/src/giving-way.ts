import type { Courtesy } from "./courtesy.ts";
import type { LockMode } from "./errors.ts";
import type { FairQueue } from "./fair-queue.ts";
import { pause } from "./waiting.ts";

/** Milliseconds between looks at whether those who were given way have come. */
const wayPause = 3;

/** What gives way to other processes, as far as that concerns them. */
export interface Giver {
  /** Whether it has the lock, or seeks it. */
  isInside(): boolean;
  /** Whether those inside have lost the lock, and nobody may join them any more. */
  hasLost(): boolean;
  /** Lets those in who wait. */
  goOn(): void;
  /** Nobody waits any more to whom way was not given. */
  done(): void;
}

/**
 * When others wait, those inside drain away, and nobody of ours gets in until the others had their chance. It costs
 * nobody of ours anything to find out whether they wait: the system is asked while the work goes on.
 */
export class GivingWay {
  readonly #courtesy: Courtesy;
  readonly #queue: FairQueue<unknown>;
  readonly #giver: Giver;
  #isUnderWay = false;
  /** Ours are held back only until it is known whether others wait. */
  #isForAnswer = false;

  constructor(courtesy: Courtesy, queue: FairQueue<unknown>, giver: Giver) {
    this.#courtesy = courtesy;
    this.#queue = queue;
    this.#giver = giver;
  }

  get isUnderWay(): boolean {
    return this.#isUnderWay;
  }

  /** Called by those inside. */
  lookForOthers(mode: LockMode): void {
    if (this.#queue.heldBack) return;
    if (!this.#courtesy.lookForOthers(mode, (othersWait) => this.#answered(othersWait))) return;
    this.#isForAnswer = true;
    this.#queue.holdBack();
  }

  #answered(othersWait: boolean): void {
    const wasForAnswer = this.#isForAnswer;
    this.#isForAnswer = false;
    if (othersWait) this.#queue.holdBack();
    else if (wasForAnswer && !this.#giver.hasLost()) this.#giver.goOn();
  }

  /** The lock was let go, or is free, and ours are held back. Lets them in again when the others had their chance. */
  begin(): void {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    void this.#keepOn();
  }

  /** Looks at once whether ours may come in again, for one who does not wait: he may never leave the event loop a turn. */
  lookNow(): void {
    if (this.#isUnderWay || this.#giver.hasLost()) return;
    const wasForAnswer = this.#isForAnswer;
    this.#isForAnswer = false;
    const isAlone = wasForAnswer && !this.#courtesy.othersWaitNow();
    const isInside = this.#giver.isInside();
    if (isAlone || (!isInside && this.#courtesy.hasGivenWayNow())) this.#giver.goOn();
    else if (!isInside) this.begin();
  }

  async #keepOn(): Promise<void> {
    for (;;) {
      const isGiven = await this.#courtesy.hasGivenWay();
      // Ours may have been let in meanwhile, as nobody waits.
      if (!this.#queue.heldBack || this.#giver.isInside()) break;
      if (isGiven) {
        this.#giver.goOn();
        break;
      }
      if (this.#queue.waiting === 0) break;
      await pause(wayPause);
    }
    this.#isUnderWay = false;
    this.#giver.done();
  }
}
