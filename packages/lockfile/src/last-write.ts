/** Length of a token in bytes; fewer are read from a short or empty lock file, and are as good. */
export const tokenLength = 64;
const randomLength = 44;

/** What a fresh token is made of. */
export interface LastWriteParts {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Counts the writes of this process. */
  readonly counter: bigint;
  readonly pid: number;
  /** 44 bytes. */
  readonly random: Uint8Array;
}

/**
 * The last-write token: the first 64 bytes of a lock file, put there by
 * whoever wrote last. Two tokens are equal when all their bytes are; nothing
 * else about them means anything (older programs put hexadecimal digits
 * there). No bytes at all are a token too: "nothing written yet".
 *
 * Layout of a fresh one, as containers/storage `newLastWrite`, little-endian:
 *
 *     0        8         16    20                64
 *     | time   | counter | pid | random          |
 */
export class LastWrite {
  readonly #bytes: Uint8Array;

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Nothing written yet: what an empty or missing lock file says. */
  static readonly none: LastWrite = new LastWrite(new Uint8Array(0));

  /** A token from what a lock file holds; of more than 64 bytes, the first 64. The bytes are copied. */
  static from(bytes: Uint8Array): LastWrite {
    return new LastWrite(Uint8Array.prototype.slice.call(bytes, 0, tokenLength));
  }

  /** A token that no other write has: `TypeError` unless `random` has 44 bytes. */
  static make({ time, counter, pid, random }: LastWriteParts): LastWrite {
    if (random.length !== randomLength) {
      throw new TypeError(`a token needs ${randomLength} random bytes, not ${random.length}`);
    }
    const bytes = new Uint8Array(tokenLength);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(0, time, true);
    view.setBigUint64(8, counter, true);
    view.setUint32(16, pid, true);
    bytes.set(random, tokenLength - randomLength);
    return new LastWrite(bytes);
  }

  /** A copy. */
  get bytes(): Uint8Array {
    return this.#bytes.slice();
  }

  equals(other: LastWrite): boolean {
    return other.matches(this.#bytes, this.#bytes.length);
  }

  /** Whether the first `length` bytes of `bytes` are this token; for comparing without making one. */
  matches(bytes: Uint8Array, length: number): boolean {
    const own = this.#bytes;
    if (own.length !== length) return false;
    for (let i = 0; i < length; i += 1) if (own[i] !== bytes[i]) return false;
    return true;
  }

  /** Hexadecimal digits, for messages. */
  toString(): string {
    return Array.from(this.#bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
}
