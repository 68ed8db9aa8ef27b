import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { expect, it } from "vitest";
import { replaceStretch } from "../../src/model/replace-stretch.ts";

it("replaces a stretch of a copy, and leaves the list as it was", () => {
  const numbers = fc.array(fc.nat());
  fc.assert(
    fc.property(numbers, numbers, fc.nat(), fc.nat(), fc.boolean(), (list, some, a, b, isAsLong) => {
      const from = a % (list.length + 1);
      const count = b % (list.length - from + 1);
      const items = isAsLong ? Array.from({ length: count }, (_, index) => -index) : some;
      const before = [...list];
      expect(replaceStretch(list, from, count, items)).toEqual(list.toSpliced(from, count, ...items));
      expect(list).toEqual(before);
    }),
    { numRuns: runs(500) },
  );
});
