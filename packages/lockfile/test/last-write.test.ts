import fc from "fast-check";
import { LastWrite } from "../src/index.ts";
import { describe, expect, it } from "vitest";

const bytes = fc.uint8Array({ maxLength: 100 });

describe("LastWrite", () => {
  it("lays a fresh token out as Go does", () => {
    const random = Uint8Array.from({ length: 44 }, (_, i) => i + 1);
    const token = LastWrite.make({ time: 0x0102030405060708n, counter: 258n, pid: 0x01020304, random });
    expect(token.toString()).toBe(
      "0807060504030201" +
        "0201000000000000" +
        "04030201" +
        Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join(""),
    );
    expect(token.bytes.length).toBe(64);
  });

  it("wants exactly 44 random bytes", () => {
    for (const length of [0, 43, 45]) {
      const random = new Uint8Array(length);
      expect(() => LastWrite.make({ time: 0n, counter: 0n, pid: 0, random })).toThrow(
        new TypeError(`a token needs 44 random bytes, not ${length}`),
      );
    }
  });

  it("is equal when all of the first 64 bytes are", () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const same = Buffer.from(a.subarray(0, 64)).equals(b.subarray(0, 64));
        expect(LastWrite.from(a).equals(LastWrite.from(b))).toBe(same);
        expect(LastWrite.from(a).equals(LastWrite.from(a))).toBe(true);
        expect(LastWrite.from(a).bytes).toEqual(a.slice(0, 64));
      }),
    );
  });

  it("tells tokens apart by any one byte, and by their length", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), (a, where) => {
        const changed = a.slice();
        const i = where % a.length;
        changed[i] = (changed[i] ?? 0) ^ 1;
        expect(LastWrite.from(a).equals(LastWrite.from(changed))).toBe(false);
        expect(LastWrite.from(a).equals(LastWrite.from(a.subarray(1)))).toBe(false);
        expect(LastWrite.from(a).equals(LastWrite.none)).toBe(false);
      }),
    );
  });

  it("is found at the beginning of a buffer, whatever stands behind it", () => {
    const token = LastWrite.from(new Uint8Array([1, 2]));
    expect(token.matches(new Uint8Array([1, 2, 9]), 2)).toBe(true);
    expect(token.matches(new Uint8Array([1, 9, 9]), 2)).toBe(false);
    expect(token.matches(new Uint8Array([1, 2, 9]), 3)).toBe(false);
  });

  it("takes an empty file for a token, equal to itself alone", () => {
    expect(LastWrite.none.equals(LastWrite.from(new Uint8Array(0)))).toBe(true);
    expect(LastWrite.none.equals(LastWrite.from(new Uint8Array(1)))).toBe(false);
    expect(LastWrite.none.toString()).toBe("");
  });

  it("hands out copies and keeps its own", () => {
    const source = new Uint8Array([1, 2, 3]);
    const token = LastWrite.from(source);
    source[0] = 9;
    token.bytes[1] = 9;
    expect(token.toString()).toBe("010203");
  });
});
