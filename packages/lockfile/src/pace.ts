/** What a waiter does next: try again and again for `spin` ms, then sleep for `sleep` ms. */
export interface Step {
  readonly spin: number;
  readonly sleep: number;
}

const firstSleep = 1;
const longestSleep = 16;
const firstSpin = 2;
const longestSpin = 10;
const spinningSleep = 6;

/**
 * How often to try for a lock that others hold. Two cases want opposite
 * things. A steady holder is best left alone: ever longer pauses, up to about
 * 16 ms. But when waiters who block in the kernel hand a lock to one another,
 * it is free for microseconds only, and somebody who sleeps never meets one of
 * those moments; then bursts of tries, of which each later one takes a larger
 * share of the time.
 *
 * Pure: randomness comes in, so that waiters who began together spread out.
 */
export class Pace {
  readonly #random: () => number;
  #sleep = firstSleep;
  #spin = firstSpin;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** `changing`: whether the lock was seen to pass from hand to hand since the last step. */
  next(changing: boolean): Step {
    if (!changing) {
      const sleep = this.#jitter(this.#sleep);
      this.#sleep = Math.min(this.#sleep * 1.5, longestSleep);
      return { spin: 0, sleep };
    }
    const spin = this.#spin;
    this.#spin = Math.min(this.#spin * 1.25, longestSpin);
    this.#sleep = firstSleep;
    return { spin, sleep: this.#jitter(spinningSleep * (firstSpin / spin)) };
  }

  #jitter(duration: number): number {
    return duration * (0.75 + this.#random() / 2);
  }
}
