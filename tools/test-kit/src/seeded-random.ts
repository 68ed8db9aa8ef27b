/** A repeatable source of choices. */
export interface SeededRandom {
  /** What it was started from; the same seed gives the same choices. */
  readonly seed: number;
  /** From 0 up to, without, 1. */
  next(): number;
  /** From 0 up to, without, `below`, a whole number. */
  integer(below: number): number;
  /** True with the given chance, 0.5 by default. */
  chance(probability?: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Uint8Array;
  /** A new array in another order. */
  shuffled<T>(items: readonly T[]): T[];
}

/**
 * The choices of one test. The seed is $STOWAGE_SEED where that is set, else `seed`, else a new one,
 * and is printed, so that a run that failed can be repeated.
 */
export function seededRandom(seed?: number): SeededRandom {
  const asked = process.env["STOWAGE_SEED"];
  let start = seed ?? Math.floor(Math.random() * 2 ** 32);
  if (asked !== undefined && asked !== "") {
    start = Number(asked);
    if (!Number.isSafeInteger(start)) throw new TypeError(`STOWAGE_SEED is no whole number: ${asked}`);
  }
  console.log(`seed ${start}: repeat with STOWAGE_SEED=${start}`);
  return randomFrom(start);
}

/** The choices that follow from one seed; for tests that have a seed already and draw many inputs, each from its own. */
export function randomFrom(seed: number): SeededRandom {
  const word = xoshiro128(seed);
  const next = (): number => word() / 2 ** 32;
  const integer = (below: number): number => {
    if (!(below >= 1)) throw new TypeError(`integer(below): below must be at least 1, not ${below}`);
    return Math.floor(next() * below);
  };
  return {
    seed,
    next,
    integer,
    chance: (probability = 0.5) => next() < probability,
    pick: <T>(from: readonly T[]): T => {
      if (from.length === 0) throw new TypeError("pick() from an empty list");
      return from[integer(from.length)] as T;
    },
    bytes: (length) => Uint8Array.from({ length }, () => word() >>> 24),
    shuffled: <T>(items: readonly T[]): T[] => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i -= 1) {
        const j = integer(i + 1);
        [out[i], out[j]] = [out[j] as T, out[i] as T];
      }
      return out;
    },
  };
}

/** xoshiro128**, filled from the seed by splitmix32, so that neighbouring seeds have nothing in common. */
function xoshiro128(seed: number): () => number {
  let fill = seed | 0;
  const splitmix = (): number => {
    fill = (fill + 0x9e3779b9) | 0;
    let mixed = fill ^ (fill >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()];
  const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result >>> 0;
  };
}
