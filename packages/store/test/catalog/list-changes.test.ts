import { expect, it } from "vitest";
import { listChanges } from "../../src/catalog/list-changes.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer, withFields } from "../../src/model/containers.ts";

const container = (id: string): Container => makeContainer({ id, created: "2024-01-02T03:04:05Z" });
const [a, b, c, d] = ["a", "b", "c", "d"].map(container) as [Container, Container, Container, Container];

it("tells the removed, then the changed, then the created", () => {
  const changed = withFields(b, { metadata: "x" });
  expect(listChanges([a, b, c], [d, c, changed])).toEqual([
    { type: "removed", id: "a", before: a },
    { type: "changed", id: "b", before: b, after: changed, fields: ["metadata"] },
    { type: "created", id: "d", after: d },
  ]);
});

it("tells nothing of what is the same, or the same again, or in another order", () => {
  const list = [a, b];
  expect(listChanges(list, list)).toEqual([]);
  expect(listChanges(list, [a, b])).toEqual([]);
  expect(listChanges(list, [b, a])).toEqual([]);
  expect(listChanges(list, [withFields(a, {}), b])).toEqual([]);
  expect(listChanges([], [])).toEqual([]);
});
