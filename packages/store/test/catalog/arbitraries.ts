import fc from "fast-check";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";

/** Few, so that they meet: ids that begin one another, ids that the prefix index cannot take, names of prototypes. */
export const IDS = [
  "a",
  "ab",
  "abc",
  "abd",
  "b",
  "ba",
  "",
  " ",
  "a b",
  "__proto__",
  "constructor",
  "é",
  "é1",
  "\u{1f600}",
  "\u{1f600}x",
];
export const NAMES = ["n", "m", "a", "ab", "b", "", "__proto__", "toString", "é"];
export const LAYERS = ["", "l", "a", "n", "m2", "__proto__"];

export const anId = fc.constantFrom(...IDS);
export const aName = fc.constantFrom(...NAMES);
export const aLayer = fc.constantFrom(...LAYERS);
/** What somebody may look for. */
export const aRef = fc.oneof(anId, aName, aLayer, fc.constantFrom("c", "abcd", "con", "\u{1f600}"));

/** Names may come twice in one record. */
export const aContainer: fc.Arbitrary<Container> = fc
  .record({
    id: anId,
    names: fc.array(aName, { maxLength: 3 }),
    layer: aLayer,
    metadata: fc.constantFrom("", "x", "y"),
    volatile: fc.boolean(),
  })
  .map((fields) => makeContainer({ ...fields, created: "2024-01-02T03:04:05Z" }));
