import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differingMiddle } from "../../src/catalog/differing-middle.ts";

describe("where two lists differ", () => {
  it.each([
    ["", "", 0, "", ""],
    ["abc", "abc", 3, "", ""],
    ["abc", "axc", 1, "b", "x"],
    ["abc", "xbc", 0, "a", "x"],
    ["abc", "abx", 2, "c", "x"],
    ["abc", "abxc", 2, "", "x"],
    ["abxc", "abc", 2, "x", ""],
    ["aa", "aaa", 2, "", "a"],
    ["aaa", "a", 1, "aa", ""],
    ["abc", "", 0, "abc", ""],
    ["abc", "xyz", 0, "abc", "xyz"],
  ])("%j and %j", (old, now, from, before, after) => {
    expect(differingMiddle([...old], [...now])).toEqual({ from, before: [...before], after: [...after] });
  });

  it("makes one of the other, and begins and ends with what differs", () => {
    const list = fc.array(fc.constantFrom("a", "b"), { maxLength: 8 });
    fc.assert(
      fc.property(list, list, (old, now) => {
        const { from, before, after } = differingMiddle(old, now);
        expect(old.toSpliced(from, before.length, ...after)).toEqual(now);
        expect(old.slice(from, from + before.length)).toEqual(before);
        if (before.length === 0 || after.length === 0) return;
        expect(before[0]).not.toBe(after[0]);
        expect(before.at(-1)).not.toBe(after.at(-1));
      }),
      { numRuns: runs(1_000) },
    );
  });
});
