import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog, type HasContainer } from "../../src/catalog/catalog.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { loadPatterns } from "../../src/operations/patterns.ts";
import { CatalogSnapshot, type SnapshotTools } from "../../src/query/snapshot.ts";
import { aRef, IDS, LAYERS, NAMES } from "../catalog/arbitraries.ts";
import { NaiveCatalog } from "../catalog/naive-catalog.ts";
import { carryOut, makeEntry, steps } from "../catalog/steps.ts";

const tools: SnapshotTools = { compilePattern: await loadPatterns(), now: () => 0n };
const REFS = [...IDS, ...NAMES, ...LAYERS, "c", "abcd", "con"];

const codeOf = (ask: () => unknown): unknown => {
  try {
    return ask();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

/** What the snapshot must answer: what an array that is searched does, and what a catalog of the same list does. */
function expectAnswers(snapshot: CatalogSnapshot, model: NaiveCatalog, refs: readonly string[] = REFS): void {
  const catalog = new Catalog(model.containers.map(makeEntry), makeEntry);
  expect(snapshot.size).toBe(model.containers.length);
  expectRecords(snapshot.list(), model.containers);
  expectRecords([...snapshot], model.containers);
  for (const ref of refs) {
    const found = model.find(ref);
    expect(snapshot.find(ref), ref).toBe(found);
    expect(snapshot.exists(ref), ref).toBe(found !== undefined);
    expect(codeOf(() => snapshot.get(ref))).toBe(found ?? "ERR_CONTAINER_UNKNOWN");
    expect(codeOf(() => snapshot.lookup(ref))).toBe(found?.id ?? "ERR_CONTAINER_UNKNOWN");
    expect(codeOf(() => snapshot.resolvePrefix(ref))).toBe(codeOf(() => catalog.resolvePrefix(ref)));
  }
}

/** The very records, in their order. */
function expectRecords(list: readonly Container[], expected: readonly Container[]): void {
  expect(list.length).toBe(expected.length);
  expect(list.every((item, index) => item === expected[index])).toBe(true);
}

describe("a snapshot", () => {
  it("answers as its moment was, whatever is done to the catalog and whenever it is asked", () => {
    let changed = 0;
    fc.assert(
      fc.property(steps, steps, fc.array(aRef, { maxLength: 3 }), (before, after, asked) => {
        const catalog = new Catalog<HasContainer>([], makeEntry);
        const model = new NaiveCatalog([]);
        for (const step of before) carryOut(step, catalog, model);
        const snapshot = new CatalogSnapshot(catalog, tools);
        const moment = new NaiveCatalog(model.containers);
        // Some are asked before the first change, and so from the tables of the catalog.
        expectAnswers(snapshot, moment, asked);
        const late = new CatalogSnapshot(catalog, tools);
        for (const step of after) {
          carryOut(step, catalog, model);
          expectAnswers(snapshot, moment, asked);
        }
        expectAnswers(snapshot, moment);
        expectAnswers(late, moment);
        expectAnswers(new CatalogSnapshot(catalog, tools), model);
        if (!catalog.hasList(snapshot.list())) changed += 1;
      }),
      { numRuns: 120 },
    );
    expect(changed).toBeGreaterThan(30);
  });

  it("is the list that the catalog has, and its tables as long as it can", () => {
    const catalog = new Catalog<HasContainer>([], makeEntry);
    for (const id of ["a1", "b1"]) catalog.insert(makeContainer({ id, created: "2024-01-02T03:04:05Z" }));
    let looked = 0;
    const find = catalog.find.bind(catalog);
    catalog.find = (ref) => {
      looked += 1;
      return find(ref);
    };
    const snapshot = new CatalogSnapshot(catalog, tools);
    expect(snapshot.list()).toBe(catalog.list());
    expect(Object.isFrozen(snapshot.list())).toBe(true);
    expect(snapshot.find("a")?.id).toBe("a1");
    expect(looked).toBe(1);
    catalog.remove("a1");
    expect(snapshot.find("a")?.id).toBe("a1");
    expect(looked).toBe(1);
  });

  it("finds what `since` names in its own moment", () => {
    const catalog = new Catalog<HasContainer>([], makeEntry);
    for (const day of [1, 2, 3]) {
      catalog.insert(
        makeContainer({ id: `id${day}`, names: [`day${day}`], created: `2024-01-0${day}T00:00:00Z` }),
      );
    }
    const snapshot = new CatalogSnapshot(catalog, tools);
    const idsSince = (ref: string): string[] => snapshot.list({ filter: { since: ref } }).map(({ id }) => id);
    expect(idsSince("day1")).toEqual(["id2", "id3"]);
    catalog.remove("id1");
    catalog.remove("id3");
    expect(idsSince("day1")).toEqual(["id2", "id3"]);
    expect(new CatalogSnapshot(catalog, tools).list({ filter: { before: "2024-01-09" } })).toHaveLength(1);
    expect(() => idsSince("day9")).toThrow(expect.objectContaining({ code: "ERR_CONTAINER_UNKNOWN" }));
  });

  it("refuses references that are no text", () => {
    const snapshot = new CatalogSnapshot(new Catalog<HasContainer>([], makeEntry), tools);
    expect(() => snapshot.find(1 as unknown as string)).toThrow(TypeError);
    expect(() => snapshot.resolvePrefix(undefined as unknown as string)).toThrow(TypeError);
  });
});
