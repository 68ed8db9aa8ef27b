import { readdir, utimes } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { SeededRandom } from "@stowage/test-kit";
import type { Hammer } from "./hammering.ts";

const HOUR = 3_600_000;

export interface DisturbanceOptions {
  readonly random: SeededRandom;
  readonly hammers: readonly Hammer[];
  /** The folder of a portable lock, whose times are changed, too. */
  readonly marker: string | undefined;
  /** Milliseconds after which a portable lock is stale. */
  readonly stale: number;
}

export interface DisturbanceFigures {
  /** Processes stopped and continued, and those of them that were away for longer than a portable lock lives. */
  stalls: number;
  longStalls: number;
  /** Clocks of our processes that were set forwards, backwards, and right again. */
  clockJumps: number;
  /** Files and folders of a portable lock whose time was set hours away. */
  timesChanged: number;
}

/** Stops processes, sets their clocks, and ages locks at random moments, until it is ended. */
export class Disturbance {
  readonly figures: DisturbanceFigures = { stalls: 0, longStalls: 0, clockJumps: 0, timesChanged: 0 };
  readonly #options: DisturbanceOptions;
  readonly #over = new AbortController();
  readonly #stalls = new Set<Promise<void>>();
  readonly #running: Promise<void>;

  constructor(options: DisturbanceOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Lets all go on, with clocks that are right. */
  async end(): Promise<void> {
    this.#over.abort();
    await this.#running;
    await Promise.all(this.#stalls);
    for (const hammer of this.#options.hammers) {
      hammer.signal("SIGCONT");
      hammer.setClock?.(0);
    }
  }

  async #run(): Promise<void> {
    const { random } = this.#options;
    while (!this.#over.signal.aborted) {
      await pause(random.integer(150));
      const choice = random.integer(3);
      if (choice === 0) this.#stop();
      else if (choice === 1) this.#setClocks();
      else await this.#changeTimes();
    }
  }

  #stop(): void {
    const { random, hammers, marker, stale } = this.#options;
    // Under kernel locks everybody waits for one who is stopped with the lock: a long stall would show nothing more.
    const isLong = marker !== undefined && random.integer(10) === 0;
    const duration = isLong ? stale + 500 + random.integer(500) : random.integer(300);
    const hammer = random.pick(hammers);
    this.figures.stalls += 1;
    if (isLong) this.figures.longStalls += 1;
    const stall = (async () => {
      hammer.signal("SIGSTOP");
      await pause(duration, undefined, { signal: this.#over.signal }).catch(() => undefined);
      hammer.signal("SIGCONT");
    })();
    this.#stalls.add(stall);
    void stall.then(() => this.#stalls.delete(stall));
  }

  #setClocks(): void {
    const { random, hammers } = this.#options;
    const ours = hammers.filter((hammer) => hammer.setClock !== undefined);
    // A machine has one clock; but several machines may share a folder.
    const chosen = random.chance() ? ours : [random.pick(ours)];
    const offset = random.chance(1 / 3) ? 0 : this.#hours();
    for (const hammer of chosen) hammer.setClock?.(offset);
    this.figures.clockJumps += chosen.length;
  }

  #hours(): number {
    return Math.round((this.#options.random.next() * 2 - 1) * 6 * HOUR);
  }

  async #changeTimes(): Promise<void> {
    const { marker, random } = this.#options;
    if (marker === undefined) return;
    const places: string[] = [path.join(marker, "gate")];
    for (const folder of ["readers", "waiting"])
      for (const name of await readdir(path.join(marker, folder)).catch(() => []))
        places.push(path.join(marker, folder, name));
    const time = new Date(Date.now() + this.#hours());
    // It may be gone at any moment.
    await utimes(random.pick(places), time, time).then(
      () => (this.figures.timesChanged += 1),
      () => undefined,
    );
  }
}
