import { setImmediate } from "node:timers/promises";
import { monotonicMilliseconds } from "./clock.ts";

/** How long work may keep the thread before others are let in, in milliseconds. */
const LONGEST = 10;

/** Lets long work be ended, and others run in between. */
export class Pace {
  readonly signal: AbortSignal | undefined;
  #since = monotonicMilliseconds();

  constructor(signal: AbortSignal | undefined) {
    this.signal = signal;
  }

  /** Whether it is time to call `rest`; cheap enough for every step. */
  get isOver(): boolean {
    return monotonicMilliseconds() - this.#since > LONGEST;
  }

  /** Lets others run. Rejects with the signal's reason when it is aborted. */
  async rest(): Promise<void> {
    await setImmediate();
    this.signal?.throwIfAborted();
    this.#since = monotonicMilliseconds();
  }
}

/** Does work that comes in steps, and lets others run in between. */
export async function withRests<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  const pace = new Pace(undefined);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    if (pace.isOver) await pace.rest();
  }
}
