import { expect, it } from "vitest";
import type { Container } from "../../src/model/container.ts";
import { changedFields, type ContainerField } from "../../src/model/container-change.ts";
import { makeContainer, withFields } from "../../src/model/containers.ts";

const whole = makeContainer({
  id: "a",
  names: ["n"],
  image: "i",
  layer: "l",
  metadata: "m",
  bigDataNames: ["k"],
  bigDataSizes: new Map([
    ["k", 1],
    ["j", 2],
  ]),
  bigDataDigests: new Map([["k", "sha256:x"]]),
  created: "2024-01-02T03:04:05Z",
  uidMap: [{ containerId: 0, hostId: 1, size: 2 }],
  gidMap: [{ containerId: 3, hostId: 4, size: 5 }],
  flags: new Map([["f", { deep: [1] }]]),
  volatile: false,
  unknownFields: new Map([["x", "1"]]),
});

/** For each field another value, and an equal one that is another object. */
const cases: {
  readonly [F in ContainerField]: { readonly other: Container[F]; readonly equal?: Container[F] };
} = {
  names: { other: ["n", "o"], equal: ["n"] },
  image: { other: "" },
  layer: { other: "" },
  metadata: { other: "" },
  bigDataNames: { other: [], equal: ["k"] },
  bigDataSizes: {
    other: new Map([["k", 2]]),
    equal: new Map([
      ["j", 2],
      ["k", 1],
    ]),
  },
  bigDataDigests: { other: new Map([["k", "sha256:y"]]), equal: new Map([["k", "sha256:x"]]) },
  created: { other: "2025-01-02T03:04:05Z" },
  uidMap: { other: [], equal: [{ containerId: 0, hostId: 1, size: 2 }] },
  gidMap: {
    other: [{ containerId: 3, hostId: 4, size: 6 }],
    equal: [{ containerId: 3, hostId: 4, size: 5 }],
  },
  flags: { other: new Map([["f", { deep: [2] }]]), equal: new Map([["f", { deep: [1] }]]) },
  volatile: { other: true },
  unknownFields: { other: new Map(), equal: new Map([["x", "1"]]) },
};
const fields = Object.keys(cases) as ContainerField[];

it.each(fields)("sees that %s is another, and nothing else", (field) => {
  const changed = withFields(whole, { [field]: cases[field].other });
  expect(changedFields(whole, changed)).toEqual([field]);
  expect(changedFields(changed, whole)).toEqual([field]);
});

it.each(fields.filter((field) => cases[field].equal !== undefined))(
  "takes an equal value of %s for the same",
  (field) => {
    expect(changedFields(whole, withFields(whole, { [field]: cases[field].equal }))).toEqual([]);
  },
);

it("names all that differ, in the order of the record", () => {
  const all = Object.fromEntries(fields.map((field) => [field, cases[field].other])) as Partial<Container>;
  expect(changedFields(whole, withFields(whole, all))).toEqual(fields);
  expect(changedFields(whole, whole)).toEqual([]);
});
