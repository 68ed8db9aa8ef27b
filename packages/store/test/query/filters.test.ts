import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Catalog } from "../../src/catalog/catalog.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { loadPatterns } from "../../src/operations/patterns.ts";
import { compileQuery, type Query } from "../../src/query/query.ts";
import type { Filter } from "../../src/query/filter.ts";
import { parseFilters } from "../../src/query/parse-filters.ts";
import { makeEntry } from "../catalog/steps.ts";
import { type NaiveCondition, naiveQuery } from "./naive-query.ts";

const compilePattern = await loadPatterns();
/** 2024-01-10, in nanoseconds. */
const NOW = BigInt(Date.parse("2024-01-10T00:00:00Z")) * 1_000_000n;

function select(containers: readonly Container[], query: Query): readonly Container[] {
  return compileQuery(query, compilePattern)(new Catalog(containers.map(makeEntry), makeEntry), NOW);
}

const IDS = ["a", "ab", "abc", "b", "b1", "1c"];
const DAYS = [
  "2024-01-02T00:00:00Z",
  "2024-01-03T00:00:00Z",
  "2024-01-03T01:00:00+01:00",
  "2024-01-09T00:00:00Z",
];
const NAMES = ["web", "web-1", "db", "my-web", "__proto__"];
const METADATA = [
  "",
  "no JSON",
  "null",
  "[]",
  '"web"',
  '{"a":1}',
  '{"a":{"b":"x"}}',
  '{"a":{"b":true}}',
  '{"__proto__":"x"}',
  '{"image-name":"x=y"}',
];
const FLAGS = ["tier", "n", "__proto__", "constructor"];

const containers: fc.Arbitrary<Container[]> = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom(...IDS),
      names: fc.subarray(NAMES, { maxLength: 2 }),
      image: fc.constantFrom("", "i", "img", "j"),
      layer: fc.constantFrom("", "l", "layer"),
      metadata: fc.constantFrom(...METADATA),
      bigDataNames: fc.subarray(["config.json", "x", "__proto__"]),
      created: fc.constantFrom(...DAYS),
      flags: fc
        .array(fc.tuple(fc.constantFrom(...FLAGS), fc.constantFrom("x", "1", 1, true, null)), {
          maxLength: 3,
        })
        .map((entries) => new Map(entries)),
      volatile: fc.boolean(),
    })
    .map((fields) => makeContainer(fields)),
  { selector: ({ id }) => id, maxLength: 6 },
);

const VALUES: Readonly<Record<string, readonly string[]>> = {
  id: ["a", "ab", "b", "z"],
  name: ["web", "^web", "b$", "^$", "-[0-9]$", "."],
  image: ["", "i", "img", "z"],
  layer: ["", "l", "layer", "z"],
  flag: ["tier", "n", "tier=x", "n=1", "n=true", "n=null", "__proto__", "constructor", "toString"],
  metadata: ["a", "a=1", "a.b", "a.b=x", "a.b=true", "__proto__", "image-name=x=y", "toString", "length"],
  before: ["2024-01-03", "2024-01-03T00:00:00Z", "2024-01-01", "2024-02-01"],
  since: ["2024-01-03", "2024-01-03T02:00:00+02:00", "2024-01-01", "2024-02-01"],
  volatile: ["true", "false"],
  "has-data": ["true", "false", "config.json", "x", "toString"],
};

const conditions: fc.Arbitrary<NaiveCondition[]> = fc.uniqueArray(
  fc.constantFrom(...Object.keys(VALUES)).chain((key) =>
    fc.record({
      key: fc.constant(key),
      negated: fc.boolean(),
      values: fc.uniqueArray(fc.constantFrom(...VALUES[key]!), { minLength: 1, maxLength: 3 }),
    }),
  ),
  { selector: ({ key, negated }) => `${key}${negated}`, maxLength: 4 },
);

const textOf = (conditions: readonly NaiveCondition[]): string[] =>
  conditions.flatMap(({ key, negated, values }) =>
    values.map((value) => `${key}${negated ? "!" : ""}=${value}`),
  );

describe("filters", () => {
  it("mean what a plain search means, as text and as an object", () => {
    let some = 0;
    fc.assert(
      fc.property(containers, conditions, (all, wanted) => {
        const expected = naiveQuery(all, wanted);
        const filter = textOf(wanted);
        expect(select(all, { filter })).toEqual(expected);
        expect(select(all, { filter: parseFilters(filter) })).toEqual(expected);
        if (expected.length > 0 && expected.length < all.length) some += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(some).toBeGreaterThan(50);
  });

  it("take a container of the view for a moment", () => {
    fc.assert(
      fc.property(containers, fc.constantFrom("before", "since"), fc.boolean(), (all, key, negated) => {
        for (const { id } of all) {
          const wanted = [{ key, negated, values: [id] }];
          expect(select(all, { filter: textOf(wanted) })).toEqual(naiveQuery(all, wanted));
        }
      }),
    );
  });

  it("give the very records, frozen", () => {
    const one = makeContainer({ id: "a", created: DAYS[0]! });
    const found = select([one, makeContainer({ id: "b", created: DAYS[0]! })], { filter: "id=a" });
    expect(found).toHaveLength(1);
    expect(found[0]).toBe(one);
    expect(Object.isFrozen(found)).toBe(true);
  });

  it("are met by none of an empty list, and refuse nothing with an empty `not`", () => {
    const all = [makeContainer({ id: "a", created: DAYS[0]! })];
    expect(select(all, { filter: { id: [] } })).toEqual([]);
    expect(select(all, { filter: { not: { id: [] } } })).toEqual(all);
    expect(select(all, { filter: {} })).toEqual(all);
    expect(select(all, { filter: [] })).toEqual(all);
    expect(select(all, { filter: { id: undefined } })).toEqual(all);
  });

  it("take what only a program can give", () => {
    const all = [
      makeContainer({ id: "a", names: ["Web"], bigDataNames: ["true"], created: DAYS[0]! }),
      makeContainer({ id: "b", names: ["db\n"], bigDataNames: ["x"], created: DAYS[3]! }),
    ];
    const ids = (filter: Filter): string[] => select(all, { filter }).map(({ id }) => id);
    expect(ids({ name: /^web$/i })).toEqual(["a"]);
    expect(ids({ name: [/^web$/, "db"] })).toEqual(["b"]);
    expect(ids({ name: /^db.$/s })).toEqual(["b"]);
    expect(ids({ name: /b$/m })).toEqual(["a", "b"]);
    expect(ids({ hasData: "true" })).toEqual(["a"]);
    expect(ids({ hasData: true, volatile: false })).toEqual(["a", "b"]);
    expect(ids({ hasData: false })).toEqual([]);
    expect(ids({ since: new Date(DAYS[3]!) })).toEqual(["b"]);
    expect(ids({ not: { since: new Date(DAYS[3]!) } })).toEqual(["a"]);
    expect(ids({ since: "36h" })).toEqual(["b"]);
    expect(ids({ before: ["36h"] })).toEqual(["a"]);
  });
});

describe("filters as text", () => {
  it("become what a program would write, frozen", () => {
    const filter = parseFilters([
      "name=^web",
      "name=db",
      "volatile=true",
      "has-data=false",
      "flag!=tier=dev",
      "metadata=['a=b']=c",
    ]);
    expect(filter).toEqual({
      name: ["^web", "db"],
      volatile: [true],
      hasData: [false],
      metadata: ["['a=b']=c"],
      not: { flag: ["tier=dev"] },
    });
    expect([filter, filter.name, filter.not, filter.not?.flag].every(Object.isFrozen)).toBe(true);
    expect(parseFilters("id=a")).toEqual({ id: ["a"] });
    expect(parseFilters([])).toEqual({});
  });

  it("negate by what stands before the sign only", () => {
    expect(parseFilters(["image=!x", "flag=a!=b"])).toEqual({ image: ["!x"], flag: ["a!=b"] });
    expect(parseFilters("image!=")).toEqual({ not: { image: [""] } });
  });

  it.each([
    ["nmae=x", "ERR_UNKNOWN_FILTER", /filters are id, volatile/],
    ["names=x", "ERR_UNKNOWN_FILTER", /did you mean name\?/],
    ["hasData=x", "ERR_UNKNOWN_FILTER", /did you mean has-data\?/],
    ["meta=x", "ERR_UNKNOWN_FILTER", /did you mean metadata\?/],
    ["until=24h", "ERR_UNKNOWN_FILTER", /did you mean before\?/],
    ["ancestor=alpine", "ERR_UNKNOWN_FILTER", /did you mean image\?/],
    ["label=a=b", "ERR_UNKNOWN_FILTER", /podman keeps labels/],
    ["label!=a", "ERR_UNKNOWN_FILTER", /podman keeps labels/],
    ["=x", "ERR_UNKNOWN_FILTER", /no filter ""/],
    ["!=x", "ERR_UNKNOWN_FILTER", /no filter ""/],
    ["not=x", "ERR_UNKNOWN_FILTER", /no filter "not"/],
    ["__proto__=x", "ERR_UNKNOWN_FILTER", /no filter "__proto__"/],
    ["name", "ERR_INVALID_FILTER", /write name=VALUE/],
    ["id=", "ERR_INVALID_FILTER", /give it a value/],
    ["name!=", "ERR_INVALID_FILTER", /give it a value/],
    ["has-data=", "ERR_INVALID_FILTER", /has-data=.*give it a value/],
    ["volatile=yes", "ERR_INVALID_FILTER", /true or false/],
    ["flag==x", "ERR_INVALID_FILTER", /begins with the flag/],
    ["metadata=a..b", "ERR_INVALID_FILTER", /begins with a path/],
    [`name=${"x".repeat(1_001)}`, "ERR_INVALID_FILTER", /at most 1000/],
  ])("%s is %s", (filter, code, message) => {
    const refusal = expect.objectContaining({
      code,
      message: expect.stringMatching(message) as string,
    }) as Error;
    expect(() => parseFilters(filter)).toThrow(refusal);
    expect(() => compileQuery({ filter: ["id=a", filter] }, compilePattern)).toThrow(refusal);
  });

  it.each(["(", "a(?=b)", "(a)\\1", "x{1001}", "((a{100}){100}){100}"])(
    "refuse the pattern %s",
    (pattern) => {
      const refusal = expect.objectContaining({
        code: "ERR_INVALID_FILTER",
        details: expect.objectContaining({ filter: "name", value: pattern }) as unknown,
      }) as Error;
      expect(() => compileQuery({ filter: { name: pattern } }, compilePattern)).toThrow(refusal);
    },
  );
});

describe("mistakes of a programmer", () => {
  it.each([
    [{ filter: 1 }],
    [{ filter: null }],
    [{ filter: [1] }],
    [{ filter: { id: 1 } }],
    [{ filter: { id: null } }],
    [{ filter: { volatile: "true" } }],
    [{ filter: { hasData: 1 } }],
    [{ filter: { since: new Date(NaN) } }],
    [{ filter: { not: "id=a" } }],
    [{ sort: 1 }],
    [{ reverse: "yes" }],
    [{ limit: -1 }],
    [{ limit: 1.5 }],
    [{ limit: NaN }],
  ])("%j is a TypeError", (query) => {
    expect(() => compileQuery(query as unknown as Query, compilePattern)).toThrow(TypeError);
  });

  it("an unknown property of a filter is told", () => {
    const compile = (filter: object) => () => compileQuery({ filter }, compilePattern);
    expect(compile({ "has-data": true })).toThrow(/did you mean hasData\?/);
    expect(compile({ not: { not: {} } })).toThrow(expect.objectContaining({ code: "ERR_UNKNOWN_FILTER" }));
  });
});
