import fc from "fast-check";
import { expect, it } from "vitest";
import { runs } from "@stowage/test-kit";
import { changesBetween } from "../../src/model/changes-between.ts";

interface Item {
  readonly id: string;
}

const between = (before: readonly Item[], after: readonly Item[]): ReturnType<typeof changesBetween<Item>> =>
  changesBetween(before, after, ({ id }) => id);
const [a, b, c] = ["a", "b", "c"].map((id) => ({ id })) as [Item, Item, Item];

it("finds what came, what went, and what is another object under the same id", () => {
  const otherB = { id: "b" };
  expect(between([], [])).toEqual({ created: [], changed: [], removed: [] });
  expect(between([a, b], [b, c])).toEqual({ created: [c], changed: [], removed: [a] });
  const changes = between([a, b], [otherB, a]);
  expect(changes).toEqual({ created: [], changed: [{ before: b, after: otherB }], removed: [] });
  expect(changes.changed[0]?.before).toBe(b);
  expect(changes.changed[0]?.after).toBe(otherB);
});

it("counts the first of several with one id", () => {
  const second = { id: "a" };
  expect(between([a, second], [a])).toEqual({ created: [], changed: [], removed: [] });
  const { changed } = between([a], [second, a]);
  expect(changed.map(({ after }) => after)).toEqual([second]);
  expect(changed[0]?.after).toBe(second);
  expect(between([], [a, second]).created).toHaveLength(1);
  expect(between([a, second], []).removed).toHaveLength(1);
});

it("leads from any list to any other", () => {
  const pool = ["a", "b", "c", "d"].flatMap((id) => [{ id }, { id }]);
  const aList = fc.uniqueArray(fc.constantFrom(...pool), { selector: ({ id }) => id });
  fc.assert(
    fc.property(aList, aList, (before, after) => {
      const { created, changed, removed } = between(before, after);
      const result = new Map(before.map((item) => [item.id, item]));
      for (const item of removed) expect(result.delete(item.id)).toBe(true);
      for (const change of changed) {
        expect(result.get(change.before.id)).toBe(change.before);
        result.set(change.after.id, change.after);
      }
      for (const item of created) {
        expect(result.has(item.id)).toBe(false);
        result.set(item.id, item);
      }
      expect(new Set(result.values())).toEqual(new Set(after));
      expect(created.length + changed.length).toBe(after.filter((item) => !before.includes(item)).length);
    }),
    { numRuns: runs(500) },
  );
});
