import fc from "fast-check";
import { expect, it } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import type { Container, Int64 } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { loadPatterns } from "../../src/operations/patterns.ts";
import { comparatorBy, type SortKey } from "../../src/query/order.ts";
import { compileQuery, type Query } from "../../src/query/query.ts";
import { makeEntry } from "../catalog/steps.ts";

const compilePattern = await loadPatterns();

const ask = (containers: readonly Container[], query: Query): readonly Container[] =>
  compileQuery(query, compilePattern)(new Catalog(containers.map(makeEntry), makeEntry), 0n);

const aText = fc.constantFrom("", "a", "b", "ab", "é", "\u{1f600}", "\uffff");
const aSize: fc.Arbitrary<Int64> = fc.oneof(fc.nat(3), fc.constantFrom(2 ** 53 - 1, 2n ** 53n, 2n ** 62n));
const containers = fc.uniqueArray(
  fc
    .record({
      id: fc.oneof(aText, fc.string({ minLength: 1, maxLength: 3 })),
      names: fc.array(aText, { maxLength: 1 }),
      image: aText,
      layer: aText,
      created: fc.constantFrom(
        "2024-01-02T03:04:05Z",
        "2024-01-02T03:04:05.000000001Z",
        "2024-01-02T04:00:00+01:00",
      ),
      bigDataSizes: fc
        .array(fc.tuple(fc.constantFrom("x", "y"), aSize))
        .map((entries) => new Map<string, Int64>(entries)),
    })
    .map((fields) => makeContainer(fields)),
  { selector: ({ id }) => id, maxLength: 8 },
);

const bytes = (text: string): string => Buffer.from(text).toString("hex");
/** Something of which the usual order is the one that is wanted. */
const RANKS: Readonly<Record<SortKey, (container: Container) => string>> = {
  created: ({ created }) => (created.includes("+") ? "1" : created.includes(".") ? "3" : "2"),
  name: ({ names }) => bytes(names[0] ?? ""),
  id: ({ id }) => bytes(id),
  image: ({ image }) => bytes(image),
  layer: ({ layer }) => bytes(layer),
  size: ({ bigDataSizes }) =>
    [...bigDataSizes.values()]
      .reduce<bigint>((sum, size) => sum + BigInt(size), 0n)
      .toString()
      .padStart(30, "0"),
};

/** Takes the first of the smallest, again and again. */
function naiveSort(all: readonly Container[], rank: (container: Container) => string): Container[] {
  const left = [...all];
  const sorted: Container[] = [];
  while (left.length > 0) {
    const smallest = left.map(rank).reduce((one, other) => (other < one ? other : one));
    sorted.push(
      ...left.splice(
        left.findIndex((container) => rank(container) === smallest),
        1,
      ),
    );
  }
  return sorted;
}

it("sorts, turns round and cuts off as a plain sort does, and keeps what is equal in order", () => {
  fc.assert(
    fc.property(
      containers,
      fc.option(fc.constantFrom(...(Object.keys(RANKS) as SortKey[])), { nil: undefined }),
      fc.boolean(),
      fc.option(fc.nat(9), { nil: undefined }),
      (all, sort, reverse, limit) => {
        const sorted = sort === undefined ? [...all] : naiveSort(all, RANKS[sort]);
        if (reverse) sorted.reverse();
        const expected = sorted.slice(0, limit);
        const found = ask(all, { sort, reverse, limit });
        expect(found).toHaveLength(expected.length);
        expect(found.every((container, index) => container === expected[index])).toBe(true);
        expect(Object.isFrozen(found)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});

it("has a comparator for each order, by which any sort comes to the same", () => {
  fc.assert(
    fc.property(containers, fc.constantFrom(...(Object.keys(RANKS) as SortKey[])), (all, sort) => {
      const compare = comparatorBy(sort);
      const sorted = all.toSorted(compare);
      expect(sorted).toEqual(ask(all, { sort }));
      expect(sorted.toSorted(compare)).toEqual(sorted);
    }),
  );
  expect(() => comparatorBy("age" as SortKey)).toThrow(expect.objectContaining({ code: "ERR_INVALID_SORT" }));
});

it("is the shared list itself where nothing is asked", () => {
  const catalog = new Catalog(
    [makeEntry(makeContainer({ id: "a", created: "2024-01-02T03:04:05Z" }))],
    makeEntry,
  );
  for (const query of [{}, { reverse: false }, { filter: undefined, limit: undefined }]) {
    expect(compileQuery(query, compilePattern)(catalog, 0n)).toBe(catalog.list());
  }
});

it.each(["age", "Name", "", "__proto__"])("cannot sort by %j", (sort) => {
  expect(() => ask([], { sort: sort as SortKey })).toThrow(
    expect.objectContaining({
      code: "ERR_INVALID_SORT",
      details: { value: sort, candidates: ["created", "name", "id", "image", "layer", "size"] },
    }),
  );
});
