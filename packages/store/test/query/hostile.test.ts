import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { loadPatterns } from "../../src/operations/patterns.ts";
import { compileQuery, type Query } from "../../src/query/query.ts";
import { makeEntry } from "../catalog/steps.ts";

const compilePattern = await loadPatterns();
const CREATED = "2024-01-02T03:04:05Z";

function count(fields: { names?: string[]; metadata?: string }, filter: Query["filter"]): number {
  const catalog = new Catalog(
    [makeEntry(makeContainer({ id: "a", created: CREATED, ...fields }))],
    makeEntry,
  );
  return compileQuery({ filter }, compilePattern)(catalog, 0n).length;
}

// A search that goes back and tries again takes 2^50000 steps here: that it comes to an end is the test.
describe("a name that was made to keep a search busy", () => {
  const names = [`${"a".repeat(50_000)}!`];
  it.each(["^(a+)+$", "^(a|a)*$", "^(a|aa)+$", "^(.*a){20}$", "^(a?){300}a{300}$"])("%s", (pattern) => {
    expect(count({ names }, { name: pattern })).toBe(0);
    expect(count({ names }, { name: new RegExp(pattern) })).toBe(0);
  });
});

describe("metadata that was made to break who reads it", () => {
  it.each([
    ["nested deep", "[".repeat(500_000) + "]".repeat(500_000), "$", 1],
    ["nested deep and cut off", '{"a":'.repeat(500_000), "a", 0],
    ["with keys of prototypes", '{"__proto__":{"a":"x"},"constructor":{"prototype":{"a":"x"}}}', "a", 0],
    ["with such a key that is asked for", '{"__proto__":{"a":"x"}}', "__proto__.a=x", 1],
  ])("%s", (_, metadata, path, expected) => {
    expect(count({ metadata }, { metadata: path })).toBe(expected);
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
});

it("takes filters as long as a hostile caller makes them", () => {
  const long = "a.".repeat(500_000);
  expect(count({ metadata: "{}" }, { metadata: `${long}a` })).toBe(0);
  expect(count({ metadata: "{}" }, { metadata: `['${"\\\\".repeat(500_000)}']` })).toBe(0);
  expect(() => count({}, { metadata: `['${"\\\\".repeat(500_000)}` })).toThrow(/begins with a path/);
  expect(() => count({}, { since: "1h".repeat(500_000) })).toThrow(/container not known/);
  expect(() => count({}, `${"x".repeat(1_000_000)}=1`)).toThrow(/no filter/);
});
