import { runs } from "@stowage/test-kit";
import { TruncIndex } from "@stowage/truncindex";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog, type HasContainer } from "../../src/catalog/catalog.ts";
import { searchPrefix } from "../../src/catalog/search-prefix.ts";
import { violations } from "../../src/catalog/violations.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { aContainer, IDS, LAYERS, NAMES } from "./arbitraries.ts";
import { NaiveCatalog } from "./naive-catalog.ts";
import { carryOut, makeEntry, steps } from "./steps.ts";

const CREATED = "2024-01-02T03:04:05Z";
const catalogOf = (...containers: Container[]): Catalog<HasContainer> =>
  new Catalog(containers.map(makeEntry), makeEntry);
const container = (id: string, fields: Partial<Container> = {}): Container =>
  makeContainer({ id, created: CREATED, ...fields });

function expectSame(catalog: Catalog<HasContainer>, model: NaiveCatalog): void {
  expect(violations(catalog)).toEqual([]);
  expectSameList(catalog, model);
  expect(catalog.size).toBe(model.containers.length);
  for (const ref of [...IDS, ...NAMES, ...LAYERS, "c", "abcd", "con"]) {
    expect(catalog.byId(ref), ref).toBe(model.byId(ref));
    expect(catalog.byName(ref), ref).toBe(model.byName(ref));
    expect(catalog.byLayer(ref), ref).toBe(model.byLayer(ref));
    expect(catalog.candidates(ref, 100), ref).toEqual(model.candidates(ref));
    expect(catalog.find(ref), ref).toBe(model.find(ref));
  }
}

function expectSameList(catalog: Catalog<HasContainer>, model: NaiveCatalog): void {
  const list = catalog.list();
  expect(list.length).toBe(model.containers.length);
  expect(list.every((item, index) => item === model.containers[index])).toBe(true);
}

describe("a catalog", () => {
  it("answers as an array that is searched, whatever was done to it", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const catalog = catalogOf();
        const model = new NaiveCatalog([]);
        for (const step of list) {
          carryOut(step, catalog, model);
          // Without the prefix index, which is not to be made too early.
          expectSameList(catalog, model);
        }
        expectSame(catalog, model);
      }),
      { numRuns: runs(400) },
    );
  });

  it("holds its rules after every step", () => {
    fc.assert(
      fc.property(steps, (list) => {
        const catalog = catalogOf();
        const model = new NaiveCatalog([]);
        for (const step of list) {
          carryOut(step, catalog, model);
          expectSame(catalog, model);
        }
      }),
      { numRuns: runs(60) },
    );
  });

  it("takes what another process did, or nothing of it", () => {
    const lists = fc.array(aContainer, { maxLength: 8 });
    let taken = 0;
    fc.assert(
      fc.property(lists, lists, fc.boolean(), (one, other, isAsked) => {
        const old = new NaiveCatalog([]);
        for (const item of one) if (old.isFree(item)) old.containers.push(item);
        const entries = old.containers.map(makeEntry);
        const catalog = new Catalog(entries, makeEntry);
        // Makes the index of prefixes.
        if (isAsked) catalog.candidates("a", 1);
        // Some of the old ones, in another order, and new ones between.
        const now = [...other.map(makeEntry), ...entries.filter((_, index) => index % 2 === 0)];
        const model = new NaiveCatalog(now.map((entry) => entry.container));
        const done = catalog.update(now);
        expect(done).toBe(model.isConsistent());
        expectSame(catalog, done ? model : old);
        if (done) taken += 1;
      }),
      { numRuns: runs(400) },
    );
    expect(taken).toBeGreaterThan(runs(20));
  });

  it("works on nothing but the stretch that differs", () => {
    const entries = Array.from({ length: 100 }, (_, index) => makeEntry(container(`id${index}`)));
    const catalog = new Catalog(entries, makeEntry);
    const changed = makeEntry(container("id50", { names: ["new"] }));
    const seen: string[] = [];
    const watched = new Proxy(changed, {
      get: (target, key) => {
        if (key === "id") seen.push(target.id);
        return Reflect.get(target, key) as unknown;
      },
    });
    expect(catalog.update(entries.with(50, watched))).toBe(true);
    expect(new Set(seen)).toEqual(new Set(["id50"]));
    expect(catalog.byName("new")).toBe(changed.container);
    expect(violations(catalog)).toEqual([]);
  });

  it("looks for id, name, layer and prefix in this order", () => {
    const byPrefix = container("wxyz");
    const byLayer = container("3", { layer: "w" });
    const byName = container("2", { names: ["w"] });
    const byId = container("w");
    expect(catalogOf(byPrefix).find("w")).toBe(byPrefix);
    expect(catalogOf(byPrefix, byLayer).find("w")).toBe(byLayer);
    expect(catalogOf(byPrefix, byLayer, byName).find("w")).toBe(byName);
    expect(catalogOf(byPrefix, byLayer, byName, byId).find("w")).toBe(byId);
  });

  it("finds a whole id that begins a longer one, but not as a prefix", () => {
    const catalog = catalogOf(container("abc"), container("abcd"));
    expect(catalog.find("abc")?.id).toBe("abc");
    expect(catalog.findPrefix("abc")).toBeUndefined();
    expect(() => catalog.resolvePrefix("abc")).toThrow(
      expect.objectContaining({ code: "ERR_AMBIGUOUS_PREFIX" }),
    );
    expect(() => catalog.resolvePrefix("")).toThrow(expect.objectContaining({ code: "ERR_EMPTY_PREFIX" }));
    expect(() => catalog.resolvePrefix("x")).toThrow(
      expect.objectContaining({ code: "ERR_PREFIX_NOT_FOUND" }),
    );
    expect(catalog.resolvePrefix("abcd")).toBe("abcd");
  });

  it("does not hide a container when another with its layer goes", () => {
    const catalog = catalogOf(
      container("1", { layer: "l" }),
      container("2", { layer: "l" }),
      container("3", { layer: "l" }),
    );
    expect(catalog.find("l")?.id).toBe("3");
    catalog.remove("3");
    expect(catalog.find("l")?.id).toBe("2");
    catalog.replace(container("1", { layer: "l", metadata: "x" }));
    expect(catalog.find("l")?.id).toBe("2");
    catalog.remove("2");
    expect(catalog.find("l")?.id).toBe("1");
    catalog.remove("1");
    expect(catalog.find("l")).toBeUndefined();
  });

  it("finds the last container without a layer by an empty reference", () => {
    const catalog = catalogOf(container("1"), container("2"), container("3", { layer: "l" }));
    expect(catalog.find("")?.id).toBe("2");
  });

  it("finds by a prefix before there is an index just what it finds by it", () => {
    const ids = fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 4 }));
    fc.assert(
      fc.property(ids, fc.string({ unit: fc.constantFrom("a", "b", " "), maxLength: 3 }), (all, prefix) => {
        const found = new TruncIndex(all).find(prefix);
        expect(searchPrefix(all, prefix)).toBe(typeof found === "string" ? found : undefined);
      }),
    );
  });

  it("keeps ids that the prefix index cannot take usable by their full form", () => {
    const catalog = catalogOf(container("", { layer: "1" }), container("a b", { layer: "2" }));
    catalog.insert(container("c d", { layer: "3" }));
    expect(catalog.find("")?.layer).toBe("1");
    expect(catalog.find("a b")?.layer).toBe("2");
    expect(catalog.find("a")).toBeUndefined();
    catalog.insert(container("e f", { layer: "4" }));
    expect(catalog.find("e f")?.layer).toBe("4");
    expect(catalog.find("e")).toBeUndefined();
    catalog.remove("e f");
    expect(catalog.find("e f")).toBeUndefined();
    expect(violations(catalog)).toEqual([]);
  });

  it("gives out one frozen list until something changes", () => {
    const catalog = catalogOf(container("1"));
    const list = catalog.list();
    expect(catalog.list()).toBe(list);
    expect(Object.isFrozen(list)).toBe(true);
    expect(catalog.hasList(list)).toBe(true);
    catalog.insert(container("2"));
    expect(catalog.hasList(list)).toBe(false);
    expect(list).toHaveLength(1);
    expect(catalog.list()).toHaveLength(2);
    const now = catalog.list();
    expect(catalog.update([...catalog.entries()])).toBe(true);
    expect(catalog.list()).toBe(now);
  });

  it("refuses to replace what is not there, and removes it without a word", () => {
    const catalog = catalogOf(container("1"));
    expect(() => catalog.replace(container("2"))).toThrow(new TypeError("no container 2 to replace"));
    catalog.remove("2");
    expect(catalog.size).toBe(1);
  });
});

describe("what violations finds", () => {
  const withTwice = (one: Container, other: Container): string[] => violations(catalogOf(one, other));

  it.each([
    [
      "an id that comes twice",
      withTwice(container("1", { metadata: "x" }), container("1")),
      /id 1 stands twice/,
    ],
    [
      "a name that comes twice",
      withTwice(container("1", { names: ["n"] }), container("2", { names: ["n"] })),
      /name n is held by 1 and 2/,
    ],
    [
      "a record that can be changed",
      violations(catalogOf({ ...container("1") })),
      /record of 1 can be changed/,
    ],
  ])("%s", (_, found, expected) => {
    expect(found).toContainEqual(expect.stringMatching(expected));
  });

  /** A catalog of which some answers are others. */
  const withAnswers = (answers: Partial<Catalog<HasContainer>>, ...containers: Container[]): string[] => {
    const catalog = catalogOf(...containers);
    const stable = { size: catalog.size };
    for (const name of ["list", "entries", "entriesIn", "byId", "byName", "byLayer", "candidates"] as const) {
      Object.assign(stable, { [name]: catalog[name].bind(catalog) });
    }
    return violations({ ...stable, ...answers } as Catalog<HasContainer>);
  };
  const one = container("1", { names: ["n"], layer: "l" });

  it.each([
    ["an id that leads nowhere", { byId: () => undefined }, ["the id table has another record for 1"]],
    ["a name that leads nowhere", { byName: () => undefined }, ["the name table does not lead from n to 1"]],
    [
      "a layer that leads nowhere",
      { byLayer: () => undefined },
      ["the layer table does not lead from l to 1, the last with that layer"],
    ],
    ["an id without a prefix", { candidates: () => [] }, ["the prefix index does not know 1"]],
    [
      "a list without its entries",
      { entries: () => [], entriesIn: () => [] },
      ["the list and the entries are not 1 long"],
    ],
    [
      "a file without its entries",
      { entriesIn: () => [] },
      ["the entries of the stable file are not those of the list"],
    ],
    [
      "entries without their list",
      { list: () => [] },
      ["the list and the entries are not 1 long", "size 1, but 0 ids"],
    ],
    ["nothing in a sound one", {}, []],
  ])("%s", (_, answers, expected) => {
    expect(withAnswers(answers, one)).toEqual(expected);
  });

  it("nothing where the prefix index cannot have an id", () => {
    const ids = [container(""), container("a b", { layer: "l" })];
    expect(withAnswers({ candidates: () => [] }, ...ids)).toEqual([]);
  });
});
