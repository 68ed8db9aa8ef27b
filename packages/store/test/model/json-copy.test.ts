import { runInNewContext } from "node:vm";

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copyJson } from "../../src/model/json-copy.ts";
import type { JsonValue } from "../../src/model/json-value.ts";

function isDeeplyFrozen(value: JsonValue): boolean {
  if (value === null || typeof value !== "object") return true;
  if (!Object.isFrozen(value)) return false;
  if (Array.isArray(value)) return value.every(isDeeplyFrozen);
  return Object.getPrototypeOf(value) === null && Object.values(value).every(isDeeplyFrozen);
}

describe("a copy of a JSON value", () => {
  it("is the same value, frozen through and through, and shares nothing", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const before = JSON.stringify(value);
        const copy = copyJson(value, "x");
        expect(JSON.stringify(copy)).toBe(before);
        expect(isDeeplyFrozen(copy)).toBe(true);
        expect(JSON.stringify(value)).toBe(before);
        if (value !== null && typeof value === "object") {
          expect(copy).not.toBe(value);
          expect(Object.isFrozen(value)).toBe(false);
        }
      }),
    );
  });

  it("keeps keys of any kind as data", () => {
    const value = JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}') as unknown;
    const copy = copyJson(value, "x") as Record<string, JsonValue>;
    expect(Object.keys(copy)).toEqual(["__proto__", "constructor", "toString"]);
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });

  it("has U+FFFD where half a character was", () => {
    expect(copyJson({ "k\ud800": "a\udc00" }, "x")).toEqual(
      Object.assign(Object.create(null), { "k\ufffd": "a\ufffd" }),
    );
  });

  it("takes plain objects of another realm, and such without a prototype", () => {
    const value: unknown = runInNewContext(
      "({ a: [{ b: 1 }], c: Object.assign(Object.create(null), { d: 2 }) })",
    );
    expect(JSON.stringify(copyJson(value, "x"))).toBe('{"a":[{"b":1}],"c":{"d":2}}');
  });

  it("keeps the sign of zero", () => {
    expect(copyJson(-0, "x")).toBe(-0);
  });

  const circle: unknown[] = [];
  circle.push(circle);
  const deep = (depth: number): unknown => {
    let value: unknown = 1;
    for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { k: value };
    return value;
  };

  it.each([
    ["undefined", undefined, /undefined/],
    ["undefined inside", { a: [undefined] }, /undefined/],
    ["a Date", new Date(0), /of a class/],
    ["a Map inside", { a: [new Map([["k", 1]])] }, /of a class/],
    ["a Buffer", Buffer.from("x"), /of a class/],
    ["a function", () => 1, /function/],
    ["a symbol", Symbol("s"), /symbol/],
    ["a bigint", 1n, /bigint/],
    ["NaN", [Number.NaN], /NaN/],
    ["an infinity", -Infinity, /-Infinity/],
    ["a circle", circle, /too deep/],
    ["a very deep value", deep(100_000), /too deep/],
  ])("is not made of %s", (_, value, message) => {
    expect(() => copyJson(value, 'flag "f"')).toThrow(TypeError);
    expect(() => copyJson(value, 'flag "f"')).toThrow(message);
    expect(() => copyJson(value, 'flag "f"')).toThrow(/^flag "f": /);
  });

  it("may be a thousand deep, and no deeper", () => {
    expect(() => copyJson(deep(1_001), "x")).toThrow(/too deep/);
    expect(JSON.stringify(copyJson(deep(1_000), "x"))).toBe(JSON.stringify(deep(1_000)));
  });
});
