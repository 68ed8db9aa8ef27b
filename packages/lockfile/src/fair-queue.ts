import type { LockMode } from "./errors.ts";

interface Waiting<T> {
  readonly mode: LockMode;
  readonly item: T;
}

/**
 * Who may go in next, within one process: in order of arrival, readers that
 * follow one another together, writers alone. Nobody overtakes, so neither
 * side starves.
 *
 * Pure: it knows no locks, no clock and no promises. Calls that make room
 * return those who are let in by it; each of them is inside from then on.
 */
export class FairQueue<T> {
  // Sets keep the order of insertion, and taking one out of the middle is cheap.
  readonly #waiting = new Set<Waiting<T>>();
  readonly #entries = new Map<T, Waiting<T>>();
  #readers = 0;
  #writers = 0;
  #heldBack = false;

  /** How many are inside. */
  get inside(): number {
    return this.#readers + this.#writers;
  }

  /** How many wait to be let in. */
  get waiting(): number {
    return this.#waiting.size;
  }

  get heldBack(): boolean {
    return this.#heldBack;
  }

  /** Lets the caller in at once, or returns false and changes nothing. */
  tryEnter(mode: LockMode): boolean {
    if (this.#waiting.size > 0 || !this.#hasRoom(mode)) return false;
    this.#admit(mode);
    return true;
  }

  /** Puts `item` at the end. It must not be waiting already, and `tryEnter` must have said no. */
  wait(mode: LockMode, item: T): void {
    const entry: Waiting<T> = { mode, item };
    this.#waiting.add(entry);
    this.#entries.set(item, entry);
  }

  /** One that was inside goes out. */
  leave(mode: LockMode): T[] {
    if (mode === "read") this.#readers -= 1;
    else this.#writers -= 1;
    return this.#admitNext();
  }

  /** One that waits gives up; undefined when it does not wait (any more). */
  withdraw(item: T): T[] | undefined {
    const entry = this.#entries.get(item);
    if (entry === undefined) return undefined;
    this.#entries.delete(item);
    this.#waiting.delete(entry);
    // A writer that gives up may have stood before readers who could be inside.
    return this.#admitNext();
  }

  /** From now on nobody is let in, so that those inside drain away. */
  holdBack(): void {
    this.#heldBack = true;
  }

  /** Ends `holdBack`. */
  letGo(): T[] {
    this.#heldBack = false;
    return this.#admitNext();
  }

  #hasRoom(mode: LockMode): boolean {
    if (this.#heldBack || this.#writers > 0) return false;
    return mode === "read" || this.#readers === 0;
  }

  #admit(mode: LockMode): void {
    if (mode === "read") this.#readers += 1;
    else this.#writers += 1;
  }

  #admitNext(): T[] {
    const admitted: T[] = [];
    for (const entry of this.#waiting) {
      if (!this.#hasRoom(entry.mode)) break;
      this.#waiting.delete(entry);
      this.#entries.delete(entry.item);
      this.#admit(entry.mode);
      admitted.push(entry.item);
    }
    return admitted;
  }
}
