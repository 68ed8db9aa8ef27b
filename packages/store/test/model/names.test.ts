import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyNames, withoutRepetitions } from "../../src/model/names.ts";

const names: fc.Arbitrary<string[]> = fc.array(fc.constantFrom("a", "b", "c", "", "__proto__", "é"), {
  maxLength: 8,
});

/** One by one, as the rule is told. */
function naive(list: readonly string[]): string[] {
  const kept: string[] = [];
  for (const name of list) if (!kept.includes(name)) kept.push(name);
  return kept;
}

describe("names", () => {
  it("come once each, the first one stays", () => {
    fc.assert(
      fc.property(names, (list) => {
        expect(withoutRepetitions(list)).toEqual(naive(list));
      }),
    );
  });

  it("are set, put in front or taken away", () => {
    fc.assert(
      fc.property(names, names, (old, given) => {
        const before = structuredClone([old, given]);
        expect(applyNames(old, given, "set")).toEqual(naive(given));
        expect(applyNames(old, given, "add")).toEqual(naive([...given, ...old]));
        expect(applyNames(old, given, "remove")).toEqual(naive(old).filter((name) => !given.includes(name)));
        expect([old, given]).toEqual(before);
      }),
    );
  });
});
