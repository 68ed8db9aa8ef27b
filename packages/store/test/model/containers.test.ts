import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Container } from "../../src/model/container.ts";
import { makeContainer, withFields, withItem } from "../../src/model/containers.ts";

const CREATED = "2024-01-02T03:04:05Z";

const texts = fc.array(fc.string({ maxLength: 3 }), { maxLength: 3 });
const mappings = fc.array(fc.record({ containerId: fc.nat(), hostId: fc.nat(), size: fc.nat() }), {
  maxLength: 2,
});
const someFields: fc.Arbitrary<Partial<Container>> = fc.record(
  {
    names: texts,
    image: fc.string(),
    layer: fc.string(),
    metadata: fc.string(),
    bigDataNames: texts,
    bigDataSizes: fc.array(fc.tuple(fc.string(), fc.nat())).map((entries) => new Map(entries)),
    bigDataDigests: fc.array(fc.tuple(fc.string(), fc.string())).map((entries) => new Map(entries)),
    flags: fc.array(fc.tuple(fc.string(), fc.boolean())).map((entries) => new Map(entries)),
    unknownFields: fc.array(fc.tuple(fc.string(), fc.constant("1"))).map((entries) => new Map(entries)),
    uidMap: mappings,
    gidMap: mappings,
    volatile: fc.boolean(),
  },
  { requiredKeys: [] },
);

function plain(container: Partial<Container>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(container).map(([key, value]) => [
      key,
      Symbol.iterator in Object(value) && typeof value === "object"
        ? [...(value as Iterable<unknown>)]
        : value,
    ]),
  );
}

describe("a record", () => {
  it("is a value: a changed one is another, and the old one stays as it was", () => {
    fc.assert(
      fc.property(someFields, someFields, (fields, changes) => {
        const container = makeContainer({ id: "a", created: CREATED, ...fields });
        const before = plain(container);
        const changed = withFields(container, changes);
        expect(plain(container)).toEqual(before);
        expect(plain(changed)).toEqual({ ...before, ...plain(changes) });
      }),
    );
  });

  it("has every member, whatever was given", () => {
    expect(plain(makeContainer({ id: "a", created: CREATED }))).toEqual({
      id: "a",
      names: [],
      image: "",
      layer: "",
      metadata: "",
      bigDataNames: [],
      bigDataSizes: [],
      bigDataDigests: [],
      created: CREATED,
      uidMap: [],
      gidMap: [],
      flags: [],
      volatile: false,
      unknownFields: [],
    });
  });

  it("is frozen, and so are its lists", () => {
    const container = makeContainer({ id: "a", created: CREATED, names: ["n"], uidMap: [] });
    expect(Object.isFrozen(container)).toBe(true);
    for (const list of [container.names, container.bigDataNames, container.uidMap, container.gidMap]) {
      expect(Object.isFrozen(list)).toBe(true);
    }
  });

  it("keeps what did not change without copying it", () => {
    const container = makeContainer({
      id: "a",
      created: CREATED,
      names: ["n"],
      flags: new Map([["f", true]]),
    });
    const changed = withFields(container, { metadata: "x" });
    expect(changed.names).toBe(container.names);
    expect(changed.flags).toBe(container.flags);
  });

  it("has an item once, at the end when it is new, with what was said last", () => {
    const one = withItem(makeContainer({ id: "a", created: CREATED }), "k", 3, "sha256:1");
    const two = withItem(one, "l", 4, "sha256:2");
    const again = withItem(two, "k", 5, "sha256:3");
    expect(plain(one)).toMatchObject({ bigDataNames: ["k"], bigDataSizes: [["k", 3]] });
    expect(again.bigDataNames).toEqual(["k", "l"]);
    expect(Object.fromEntries(again.bigDataSizes)).toEqual({ k: 5, l: 4 });
    expect(Object.fromEntries(again.bigDataDigests)).toEqual({ k: "sha256:3", l: "sha256:2" });
    expect(Object.fromEntries(two.bigDataSizes)).toEqual({ k: 3, l: 4 });
  });
});
