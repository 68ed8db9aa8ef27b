import type { Container } from "../model/container.ts";
import type { CheckProgress } from "../options.ts";
import type { Suspect } from "./suspects.ts";

/**
 * How far a check is with the containers' data: by the recorded bytes, since one
 * item may take longer than all others together; by containers where there are none.
 */
export class ItemProgress {
  readonly #total: number;
  readonly #containers: number;
  readonly #tell: (progress: CheckProgress) => void;
  #done = 0;
  #doneContainers = 0;

  /** @param read those whose data are read */
  constructor(
    read: ReadonlyMap<string, Container>,
    containers: number,
    tell: (progress: CheckProgress) => void,
  ) {
    let total = 0;
    for (const container of read.values()) {
      for (const key of new Set(container.bigDataNames)) total += recordedSize(container, key);
    }
    this.#total = total;
    this.#containers = containers;
    this.#tell = tell;
  }

  /** @param bytes of the item that is being read */
  reading(bytes: number): void {
    this.#tellOf(bytes);
  }

  past(container: Container, { key }: Suspect): void {
    if (key !== undefined) this.#done += recordedSize(container, key);
  }

  pastContainer(): void {
    this.#doneContainers += 1;
  }

  tell(): void {
    this.#tellOf(0);
  }

  #tellOf(reading: number): void {
    if (this.#total === 0) {
      this.#tell({ done: this.#doneContainers, total: this.#containers, what: "containers" });
    } else
      this.#tell({ done: Math.min(this.#done + reading, this.#total), total: this.#total, what: "data" });
  }
}

/** What others wrote may be any number. */
function recordedSize({ bigDataSizes }: Container, key: string): number {
  return Math.max(0, Number(bigDataSizes.get(key) ?? 0));
}
