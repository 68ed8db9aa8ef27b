import fc from "fast-check";
import { expect } from "vitest";
import { type Catalog, type HasContainer, holderOf } from "../../src/catalog/catalog.ts";
import type { Container } from "../../src/model/container.ts";
import { withFields } from "../../src/model/containers.ts";
import { aContainer, anId, aRef } from "./arbitraries.ts";
import { NaiveCatalog } from "./naive-catalog.ts";

export const makeEntry = holderOf;

/** Something that is done to a catalog. */
export type Step =
  | { readonly do: "insert" | "replace"; readonly container: Container }
  | { readonly do: "remove"; readonly id: string }
  | { readonly do: "find"; readonly ref: string }
  | {
      readonly do: "update";
      readonly from: number;
      readonly count: number;
      readonly with: readonly Container[];
    };

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("insert" as const), container: aContainer }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("replace" as const), container: aContainer }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("remove" as const), id: anId }) },
    // The prefix index is made at the first of these, so when it comes matters.
    { weight: 1, arbitrary: fc.record({ do: fc.constant("find" as const), ref: aRef }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant("update" as const),
        from: fc.nat(8),
        count: fc.nat(4),
        with: fc.array(aContainer, { maxLength: 4 }),
      }),
    },
  ),
  { maxLength: 25 },
);

/** Does it to both, where the rules allow it. */
export function carryOut(step: Step, catalog: Catalog<HasContainer>, model: NaiveCatalog): void {
  switch (step.do) {
    case "insert":
      if (!model.isFree(step.container)) return;
      catalog.insert(step.container);
      model.containers.push(step.container);
      return;
    case "replace": {
      const at = model.containers.findIndex(({ id }) => id === step.container.id);
      if (at < 0) return;
      const names = step.container.names.filter(
        (name) => (model.byName(name) ?? step.container).id === step.container.id,
      );
      const next = withFields(step.container, { names });
      catalog.replace(next);
      model.containers[at] = next;
      return;
    }
    case "remove": {
      catalog.remove(step.id);
      const at = model.containers.findIndex(({ id }) => id === step.id);
      if (at >= 0) model.containers.splice(at, 1);
      return;
    }
    case "find":
      expect(catalog.find(step.ref)).toBe(model.find(step.ref));
      return;
    case "update": {
      const from = Math.min(step.from, model.containers.length);
      const next = new NaiveCatalog(model.containers.toSpliced(from, step.count, ...step.with));
      const entries = catalog.entries();
      const done = catalog.update(entries.toSpliced(from, step.count, ...step.with.map(makeEntry)));
      expect(done).toBe(next.isConsistent());
      if (done) model.containers.splice(0, Infinity, ...next.containers);
    }
  }
}
