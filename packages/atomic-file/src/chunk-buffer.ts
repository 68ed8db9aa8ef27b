const SMALLEST = 16 * 1024;

/**
 * Gathers small chunks, so that a stream of them costs few system calls. Chunks are copied in: their memory is the
 * caller's again at once.
 *
 * Two buffers take turns: one can be filled while the other is written.
 */
export class ChunkBuffer {
  readonly #capacity: number;
  #filling: Uint8Array | undefined = undefined;
  #spare: Uint8Array | undefined = undefined;
  #filled = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#filled;
  }

  /** Whether a chunk of so many bytes fits beside what is there. */
  fits(length: number): boolean {
    return this.#filled + length <= this.#capacity;
  }

  /** Copies in a chunk that fits. */
  add(chunk: Uint8Array): void {
    const filling = this.#withRoom(this.#filled + chunk.length);
    filling.set(chunk, this.#filled);
    this.#filled += chunk.length;
  }

  /**
   * Takes out what has been gathered. It stays as it is until `take` is called again: so it must be written by then.
   */
  take(): Uint8Array {
    const full = this.#filling ?? new Uint8Array(0);
    const taken = full.subarray(0, this.#filled);
    this.#filling = this.#spare;
    this.#spare = full.length === this.#capacity ? full : undefined;
    this.#filled = 0;
    return taken;
  }

  /** The buffer to be filled, made or made larger where it must be: most files are small. */
  #withRoom(size: number): Uint8Array {
    if (this.#filling !== undefined && this.#filling.length >= size) return this.#filling;
    const larger = Buffer.allocUnsafeSlow(Math.min(this.#capacity, Math.max(SMALLEST, 2 * size)));
    if (this.#filling !== undefined) larger.set(this.#filling.subarray(0, this.#filled));
    this.#filling = larger;
    return larger;
  }
}
