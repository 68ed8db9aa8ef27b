import { comparatorBy, type Container, type ContainerChange, type SortKey } from "@stowage/store";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { FLASH, NO_FLASHES, withChanges, withoutOver } from "../../src/top/flashes.ts";
import { rowsOf } from "../../src/top/rows.ts";
import { moved, settled, type Step } from "../../src/top/scroll.ts";
import { parseQuery, wordMatcher } from "../../src/top/search.ts";
import { tallyAfter, tallyOf } from "../../src/top/tally.ts";
import { containerOf } from "../support/containers.ts";

const ids = ["a", "b", "c", "d", "e", "f"];
const aContainer = fc
  .record({
    id: fc.constantFrom(...ids),
    names: fc.array(fc.constantFrom("one", "two", "three"), { maxLength: 2 }),
    volatile: fc.boolean(),
    size: fc.nat(9),
  })
  .map(({ size, ...fields }) =>
    containerOf({ ...fields, bigDataNames: ["k"], bigDataSizes: new Map([["k", size]]) }),
  );

/** Changes as they can follow upon each other, and the containers that they lead to. */
const aHistory = fc
  .array(fc.array(fc.tuple(aContainer, fc.boolean()), { maxLength: 5 }), { maxLength: 6 })
  .map((turns) => {
    const containers = new Map<string, Container>();
    return turns.map((turn) => {
      const changes = turn.map(([after, isRemoved]): ContainerChange | undefined => {
        const before = containers.get(after.id);
        if (before === undefined) {
          containers.set(after.id, after);
          return { type: "created", id: after.id, after };
        }
        if (isRemoved) {
          containers.delete(after.id);
          return { type: "removed", id: after.id, before };
        }
        containers.set(after.id, after);
        return { type: "changed", id: after.id, before, after, fields: ["names"] };
      });
      return { changes: changes.filter((change) => change !== undefined), containers: new Map(containers) };
    });
  });

describe("the rows", () => {
  it("are the containers that fit and those that fade, in order, whatever was shown before", () => {
    const keys: readonly SortKey[] = ["name", "size", "id", "created"];
    fc.assert(
      fc.property(
        aHistory,
        fc.constantFrom(...keys),
        fc.boolean(),
        fc.boolean(),
        (history, key, reverse, isSearched) => {
          const matches = isSearched ? ({ names }: Container) => names.includes("one") : () => true;
          const compare = comparatorBy(key);
          let flashes = NO_FLASHES;
          let former: readonly Container[] = [];
          for (const [now, { changes, containers }] of history.entries()) {
            flashes = withoutOver(withChanges(flashes, changes, now * 1000), now * 1000);
            former = rowsOf(containers, flashes, { matches, compare, reverse }, former);
            const fading = [...flashes.values()].flatMap(({ was }) => (was === undefined ? [] : [was]));
            const all = [...containers.values(), ...fading].filter(matches);
            const sign = reverse ? -1 : 1;
            all.sort((one, other) => sign * (compare(one, other) || (one.id < other.id ? -1 : 1)));
            expect(former).toEqual(all);
          }
        },
      ),
    );
  });
});

describe("the flashes", () => {
  it("last for their time from the last change, and what is gone is kept until then", () => {
    fc.assert(
      fc.property(aHistory, (history) => {
        let flashes = NO_FLASHES;
        const last = new Map<string, ContainerChange & { readonly at: number }>();
        for (const [turn, { changes }] of history.entries()) {
          const now = turn * 1000;
          flashes = withoutOver(withChanges(flashes, changes, now), now);
          for (const change of changes) last.set(change.id, { ...change, at: now });
          const expected = [...last].filter(([, { at }]) => now - at < FLASH).map(([id]) => id);
          expect([...flashes.keys()].sort()).toEqual(expected.sort());
          for (const [id, { was }] of flashes) {
            const change = last.get(id);
            expect(was).toBe(change?.type === "removed" ? change.before : undefined);
          }
        }
      }),
    );
  });

  it("are the same map when nothing is over", () => {
    const flashes = withChanges(
      NO_FLASHES,
      [{ type: "created", id: "a", after: containerOf({ id: "a" }) }],
      0,
    );
    expect(withoutOver(flashes, FLASH - 1)).toBe(flashes);
    expect(withoutOver(flashes, FLASH).size).toBe(0);
  });
});

it("the tally after changes is what counting anew gives", () => {
  fc.assert(
    fc.property(aHistory, (history) => {
      let tally = tallyOf([]);
      for (const { changes, containers } of history) {
        tally = tallyAfter(tally, changes);
        expect(tally).toEqual(tallyOf(containers.values()));
      }
    }),
  );
});

describe("the place", () => {
  const steps: readonly Step[] = ["up", "down", "page up", "page down", "home", "end"];

  it("is always a line that there is, and that line is seen", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            step: fc.constantFrom(...steps),
            count: fc.nat(30),
            height: fc.integer({ min: 1, max: 12 }),
          }),
        ),
        (moves) => {
          let place = { at: 0, top: 0 };
          for (const { step, count, height } of moves) {
            place = moved(settled(place, count, height), step, count, height);
            expect(place.at).toBeGreaterThanOrEqual(0);
            expect(place.at).toBeLessThan(Math.max(1, count));
            expect(place.top).toBeLessThanOrEqual(place.at);
            expect(place.at).toBeLessThan(place.top + height);
            // No empty lines at the end while there are others above.
            expect(place.top).toBeLessThanOrEqual(Math.max(0, count - height));
          }
        },
      ),
    );
  });

  it("goes through all with pages, and back", () => {
    let place = { at: 0, top: 0 };
    for (let turn = 0; turn < 12; turn += 1) place = moved(place, "page down", 100, 10);
    expect(place).toEqual({ at: 99, top: 90 });
    for (let turn = 0; turn < 12; turn += 1) place = moved(place, "page up", 100, 10);
    expect(place).toEqual({ at: 0, top: 0 });
  });
});

describe("the search", () => {
  it.each([
    ["", [], []],
    ["Web  1.27", ["web", "1.27"], []],
    ["name=^web flag=a=1 x", ["x"], ["name=^web", "flag=a=1"]],
    ["volatile!=true", [], ["volatile!=true"]],
    ['name="a b" "c = d', ["c = d"], ["name=a b"]],
    ['"name=x"', ["name=x"], []],
    ["=x", ["=x"], []],
  ])("reads %j", (text, words, filters) => {
    expect(parseQuery(text)).toEqual({ words, filters });
  });

  it("never fails, and loses no word without blanks and quotes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }).filter((word) => !/[\s"]/.test(word))), (words) => {
        const { words: found, filters } = parseQuery(words.join(" "));
        expect(found.length + filters.length).toBe(words.length);
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseQuery(text)));
  });

  it("finds words in ids, names, images, their names and layers, whatever their case", () => {
    const container = containerOf({ id: "id7", names: ["Web", "www"], image: "img", layer: "lay" });
    const finds = (...words: string[]): boolean => wordMatcher(words, () => ["docker.io/Nginx:1"])(container);
    expect(finds("d7", "web", "ww", "im", "nginx", "lay")).toBe(true);
    expect(finds("web", "other")).toBe(false);
    expect(finds()).toBe(true);
  });
});
