import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrozenMap, frozenMap } from "../../src/model/frozen-map.ts";

describe("a frozen map", () => {
  it("answers as a Map of the same entries", () => {
    const entries = fc.array(
      fc.tuple(fc.oneof(fc.string({ maxLength: 2 }), fc.constant("__proto__")), fc.anything()),
    );
    fc.assert(
      fc.property(entries, fc.string({ maxLength: 2 }), (list, key) => {
        const map = new Map(list);
        const frozen = frozenMap(map);
        expect(frozen.size).toBe(map.size);
        expect([...frozen]).toEqual([...map]);
        expect([...frozen.entries()]).toEqual([...map.entries()]);
        expect([...frozen.keys()]).toEqual([...map.keys()]);
        expect([...frozen.values()]).toEqual([...map.values()]);
        expect(frozen.get(key)).toBe(map.get(key));
        expect(frozen.has(key)).toBe(map.has(key));
        const seen: unknown[] = [];
        frozen.forEach(function (this: unknown, value, itsKey, itself) {
          expect(this).toBe(seen);
          expect(itself).toBe(frozen);
          seen.push([itsKey, value]);
        }, seen);
        expect(seen).toEqual([...map]);
      }),
    );
  });

  it("cannot be changed, whatever is called on it", () => {
    const source = new Map([["a", 1]]);
    const frozen = frozenMap(source);
    source.set("b", 2);
    for (const change of [
      () => Map.prototype.set.call(frozen, "b", 2),
      () => Map.prototype.delete.call(frozen, "a"),
      () => Map.prototype.clear.call(frozen),
      () => (frozen as unknown as Map<string, number>).set("b", 2),
      () => (frozen as unknown as Map<string, number>).delete("a"),
      () => Object.assign(frozen, { size: 5 }),
      () => Object.assign(frozen, { get: () => 5 }),
      () => Object.defineProperty(frozen, "has", { value: () => true }),
      () => Object.setPrototypeOf(frozen, Map.prototype) as unknown,
      () => Object.assign(FrozenMap.prototype, { get: () => 5 }),
      () => Object.defineProperty(FrozenMap.prototype, "get", { value: () => 5 }),
    ]) {
      expect(change).toThrow(TypeError);
    }
    frozen.forEach((_, __, itself) => expect(itself).toBe(frozen));
    expect([...frozen]).toEqual([["a", 1]]);
    expect([...frozenMap(undefined)]).toEqual([]);
  });

  it("hands out nothing that leads to what it holds", () => {
    const frozen = frozenMap(new Map([["a", 1]]));
    const [entry] = [...frozen.entries()] as [[string, number]];
    entry[1] = 2;
    expect(frozen.get("a")).toBe(1);
    expect(Reflect.ownKeys(frozen)).toEqual([]);
  });

  it("is not copied again, and an empty one is always the same", () => {
    const frozen = frozenMap(new Map([["a", 1]]));
    expect(frozenMap(frozen)).toBe(frozen);
    expect(frozenMap(new Map())).toBe(frozenMap(undefined));
  });

  it("is shown with what it holds", () => {
    const frozen = frozenMap(new Map<string, unknown>([["a", { b: [1] }]]));
    expect(inspect(frozen)).toBe("FrozenMap(1) { 'a' => { b: [ 1 ] } }");
    expect(inspect({ deep: { deeper: { deepest: frozen } } }, { depth: 2 })).toContain("[FrozenMap]");
    expect(inspect({ deep: frozen }, { depth: 1 })).toContain("FrozenMap(1) { 'a' => ");
    expect(inspect({ deep: frozen }, { depth: 0 })).toBe("{ deep: [FrozenMap] }");
    expect(inspect(frozenMap(undefined))).toBe("FrozenMap(0) {}");
    expect(Object.prototype.toString.call(frozen)).toBe("[object FrozenMap]");
  });

  it("compares with others by what they hold", () => {
    expect(frozenMap(new Map([["a", 1]]))).toEqual(frozenMap(new Map([["a", 1]])));
    expect(frozenMap(new Map([["a", 1]]))).not.toEqual(frozenMap(new Map([["a", 2]])));
    expect(frozenMap(new Map([["a", 1]]))).not.toEqual(frozenMap(new Map([["b", 1]])));
  });
});
