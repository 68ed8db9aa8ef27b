import type { SeededRandom } from "@stowage/test-kit";

type Spoil = (bytes: Buffer, random: SeededRandom, other: () => Buffer) => Buffer;

/** Bytes that mean something to somebody who reads JSON, UTF-8 or file names. */
const WORDS = [
  "\0",
  "\0\0\0\0",
  "\u00ef\u00bb\u00bf",
  "\u00ff",
  "\u00c0\u0080",
  "\u00ed\u00a0\u0080",
  "\u00ed\u00b0\u0080",
  "\u00f4\u0090\u0080\u0080",
  "\u00e2\u0080\u00a8",
  "\\ud800",
  "\\udc00\\ud800",
  "\\u0000",
  "\\u",
  "\\",
  '"',
  "[",
  "]",
  "{",
  "}",
  ",",
  ":",
  "null",
  "-",
  "1e9999",
  "\n",
  "{}",
  ",{}",
  '"__proto__":',
  '"id":"../victim",',
].map((word) => Buffer.from(word, "latin1"));

const place = (bytes: Buffer, random: SeededRandom): number => random.integer(bytes.length + 1);

/** A length that is mostly small. */
const some = (random: SeededRandom, most: number): number =>
  1 + random.integer(random.chance(0.7) ? Math.min(16, Math.max(1, most)) : Math.max(1, most));

const replace = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(Math.max(from, to))]);

const SPOILS: readonly Spoil[] = [
  function flip(bytes, random) {
    const at = random.integer(bytes.length);
    return replace(bytes, at, at + 1, Buffer.of((bytes[at] ?? 0) ^ (1 << random.integer(8))));
  },
  function overwrite(bytes, random) {
    const at = place(bytes, random);
    const by = random.bytes(some(random, 64));
    return replace(bytes, at, at + by.length, by);
  },
  (bytes, random) => bytes.subarray(0, place(bytes, random)),
  (bytes, random) => bytes.subarray(place(bytes, random)),
  function cut(bytes, random) {
    const at = place(bytes, random);
    return replace(bytes, at, at + some(random, bytes.length), Buffer.alloc(0));
  },
  function insert(bytes, random) {
    const at = place(bytes, random);
    return replace(bytes, at, at, random.bytes(some(random, 64)));
  },
  function insertWord(bytes, random) {
    const at = place(bytes, random);
    return replace(bytes, at, at + (random.chance() ? 0 : some(random, 8)), random.pick(WORDS));
  },
  function repeat(bytes, random) {
    const from = place(bytes, random);
    const part = bytes.subarray(from, from + some(random, bytes.length));
    return replace(bytes, from, from, Buffer.concat(Array<Buffer>(1 + random.integer(3)).fill(part)));
  },
  function move(bytes, random) {
    const from = place(bytes, random);
    const part = bytes.subarray(from, from + some(random, bytes.length));
    const rest = replace(bytes, from, from + part.length, Buffer.alloc(0));
    const to = place(rest, random);
    return replace(rest, to, to, part);
  },
  function splice(bytes, random, other) {
    const tail = other();
    return Buffer.concat([bytes.subarray(0, place(bytes, random)), tail.subarray(place(tail, random))]);
  },
  function graft(bytes, random, other) {
    const donor = other();
    const from = place(donor, random);
    const at = place(bytes, random);
    return replace(bytes, at, at, donor.subarray(from, from + some(random, donor.length)));
  },
  function zeros(bytes, random) {
    // As a loss of power leaves blocks that were never written.
    const at = random.chance() ? place(bytes, random) & ~511 : place(bytes, random);
    const length = some(random, 4096);
    return replace(bytes, at, at + length, Buffer.alloc(length));
  },
  (bytes) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]),
];

/**
 * Spoils bytes in one to six places.
 *
 * @param other gives other real bytes, to be mixed in
 */
export function spoilBytes(bytes: Buffer, random: SeededRandom, other: () => Buffer): Buffer {
  let spoiled = bytes;
  for (let times = 1 + random.integer(random.chance(0.6) ? 2 : 6); times > 0; times -= 1) {
    spoiled =
      spoiled.length === 0 ? Buffer.from(random.pick(WORDS)) : random.pick(SPOILS)(spoiled, random, other);
  }
  return spoiled;
}
