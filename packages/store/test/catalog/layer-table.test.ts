import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HasLayer, LayerTable } from "../../src/catalog/layer-table.ts";

const entryOf = (layer: string): HasLayer => ({ layer, hasLayer: (wanted) => wanted === layer });

describe("entries by layer", () => {
  it("are found whether they are searched for or there is a table already, whatever comes and goes", () => {
    const layers = fc.constantFrom("", "a", "b", "c");
    const steps = fc.array(
      fc.oneof(
        layers.map((layer) => ({ add: layer })),
        fc.nat().map((remove) => ({ remove })),
        layers.map((layer) => ({ find: layer })),
      ),
      { maxLength: 60, size: "max" },
    );
    fc.assert(
      fc.property(steps, fc.nat({ max: 20 }), (list, looksBefore) => {
        const table = new LayerTable<HasLayer>();
        const order: HasLayer[] = [];
        for (let look = 0; look < looksBefore; look += 1) expect(table.last("a", order)).toBeUndefined();
        for (const step of list) {
          if ("add" in step) {
            const entry = entryOf(step.add);
            order.push(entry);
            table.add(entry);
          } else if ("remove" in step) {
            const [entry] = order.splice(step.remove % Math.max(order.length, 1), 1);
            if (entry !== undefined) table.remove(entry);
          } else {
            expect(table.last(step.find, order)).toBe(order.findLast(({ layer }) => layer === step.find));
          }
        }
      }),
      { numRuns: runs(500) },
    );
  });

  it("are looked through one by one a few times only", () => {
    const table = new LayerTable<HasLayer>();
    let looked = 0;
    const order = Array.from({ length: 100 }, (_, number): HasLayer => {
      const layer = `layer ${number}`;
      return { layer, hasLayer: (wanted) => ((looked += 1), wanted === layer) };
    });
    for (let time = 0; time < 1_000; time += 1) expect(table.last("none", order)).toBeUndefined();
    expect(looked).toBeLessThan(20 * order.length);
  });
});
