import { generateId, isId, truncateId } from "../src/index.ts";
import fc from "fast-check";
import { expect, test } from "vitest";

test("ids are 64 hexadecimal digits, each another, and their short form is never a number", () => {
  const ids = Array.from({ length: 5_000 }, () => generateId());
  for (const id of ids) {
    expect(isId(id)).toBe(true);
    expect(truncateId(id)).not.toMatch(/^[0-9]+$/);
  }
  expect(new Set(ids).size).toBe(ids.length);
});

test("bytes whose short form would be a number are drawn again", () => {
  const draws = [new Uint8Array(32).fill(0x12), new Uint8Array(32).fill(0x99), new Uint8Array(32).fill(0x1a)];
  expect(generateId(() => draws.shift() as Uint8Array)).toBe("1a".repeat(32));
  expect(draws).toEqual([]);
  // Only the first twelve digits count, and one letter among them is enough.
  const late = Uint8Array.from({ length: 32 }, (_, n) => (n === 5 ? 0x0a : 0));
  expect(generateId(() => late).slice(0, 12)).toBe("00000000000a");
});

test("a random source that is none is refused instead of asked for ever", () => {
  let asked = 0;
  const zeros = (size: number): Uint8Array => {
    asked += 1;
    return new Uint8Array(size);
  };
  expect(() => generateId(zeros)).toThrow(
    new TypeError("the random source gave 100 ids in a row that begin with 12 decimal digits"),
  );
  expect(asked).toBe(100);
  const wrong = new TypeError("the random source must give 32 bytes as a Uint8Array");
  for (const size of [0, 31, 33])
    expect(() => generateId(() => new Uint8Array(size).fill(0xaa))).toThrow(wrong);
  expect(() => generateId(() => "x".repeat(32) as unknown as Uint8Array)).toThrow(wrong);
});

test("any bytes become their hexadecimal digits", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      fc.pre(!/^[0-9]{12}/.test(hex));
      // A view into a larger buffer gives its own bytes only.
      const view = new Uint8Array([0xff, ...bytes, 0xff]).subarray(1, 33);
      expect(generateId(() => view)).toBe(hex);
    }),
  );
});

test("isId takes 64 lower-case hexadecimal digits and nothing else", () => {
  const id = "0123456789abcdef".repeat(4);
  expect(isId(id)).toBe(true);
  const others = [
    "",
    id.slice(1),
    id + "0",
    id.toUpperCase(),
    id.replace("a", "g"),
    `${id.slice(1)}\n`,
    `${id}\n`,
    "../",
  ];
  for (const other of others) expect(isId(other)).toBe(false);
  expect(isId(undefined as unknown as string)).toBe(false);
  expect(isId([id] as unknown as string)).toBe(false);
});

test("truncateId cuts to twelve, and leaves out what stands before a colon", () => {
  expect(truncateId("0123456789abcdef")).toBe("0123456789ab");
  expect(truncateId("short")).toBe("short");
  expect(truncateId("")).toBe("");
  expect(truncateId("sha256:0123456789abcdef")).toBe("0123456789ab");
  expect(truncateId("a:b:0123456789abcdef")).toBe("b:0123456789");
  expect(truncateId("ends:")).toBe("");
});
