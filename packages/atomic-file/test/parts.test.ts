import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groups, MAX_PIECES, rest, sizeOf } from "../src/bytes.ts";
import { firstBytes, temporaryName } from "../src/names.ts";
import { patiently } from "../src/rename.ts";

const pieces = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 40 });

describe("groups for one system call each", () => {
  test("hold all bytes in order, none too many, and none are empty", () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 100 }), (list, limit) => {
        const made = [...groups(list, limit)];
        expect(Buffer.concat(made.flat())).toEqual(Buffer.concat(list));
        for (const [at, group] of made.entries()) {
          expect(group.every((piece) => piece.length > 0)).toBe(true);
          expect(sizeOf(group)).toBeLessThanOrEqual(limit);
          if (at < made.length - 1) expect(sizeOf(group)).toBe(limit);
        }
        // Nothing is copied: every part lies in the memory of a piece.
        const memories = new Set(list.map((piece) => piece.buffer));
        expect(made.flat().every((part) => memories.has(part.buffer as ArrayBuffer))).toBe(true);
      }),
    );
  });

  test("never have more pieces than the system takes", () => {
    const made = [
      ...groups(
        Array.from({ length: 2 * MAX_PIECES + 1 }, () => new Uint8Array(1)),
        Infinity,
      ),
    ];
    expect(made.map((group) => group.length)).toEqual([MAX_PIECES, MAX_PIECES, 1]);
  });

  test("what is left after any number of written bytes is the rest", () => {
    fc.assert(
      fc.property(pieces, fc.nat(1200), (list, nth) => {
        const whole = Buffer.concat(list);
        const written = Math.min(nth, whole.length);
        expect(Buffer.concat(rest(list, written))).toEqual(whole.subarray(written));
      }),
    );
  });
});

describe("temporary names", () => {
  test("are short, begin as they must, and never cut a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.nat(120), (base, limit) => {
        const begun = firstBytes(base, limit);
        expect(base.startsWith(begun)).toBe(true);
        expect(Buffer.byteLength(begun)).toBeLessThanOrEqual(limit);
        expect(Buffer.from(begun).toString()).toBe(begun);
        const next = [...base.slice(begun.length)][0];
        if (next !== undefined) expect(Buffer.byteLength(begun + next)).toBeGreaterThan(limit);
        expect(temporaryName(base, "0123456789abcdef").startsWith(".tmp-")).toBe(true);
        expect(Buffer.byteLength(temporaryName(base, "0123456789abcdef"))).toBeLessThan(143);
      }),
    );
  });
});

describe("patience with a file that somebody has open (Windows)", () => {
  const failing = (codes: string[]) => () => {
    const code = codes.shift();
    return code === undefined ? Promise.resolve() : Promise.reject(Object.assign(new Error(code), { code }));
  };

  test("tries again while it may pass, as often as there are pauses", async () => {
    await patiently(failing(["EPERM", "EBUSY", "EACCES"]), [0, 0, 0]);
    await expect(patiently(failing(["EPERM", "EPERM"]), [0])).rejects.toMatchObject({ code: "EPERM" });
  });

  test("does not try again what will not pass", async () => {
    const codes = ["ENOENT", "EPERM"];
    await expect(patiently(failing(codes), [0, 0])).rejects.toMatchObject({ code: "ENOENT" });
    expect(codes).toEqual(["EPERM"]);
  });
});
