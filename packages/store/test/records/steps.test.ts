import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { Catalog } from "../../src/catalog/catalog.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { Pace, withRests } from "../../src/persistence/pace.ts";
import { newEntry } from "../../src/records/record-entry.ts";
import { load, loadInSteps } from "../../src/records/reload.ts";

const records = Array.from({ length: 1_000 }, (_, number) =>
  makeContainer({ id: `id${number}`, created: "2024-01-02T03:04:05Z" }),
);
const file = Buffer.from(`[${records.map(encodeContainerText).join(",")}]`);

/** How many times the work stops, and what it comes to. */
function stepped<T>(steps: Iterator<unknown, T>): { stops: number; result: T } {
  for (let stops = 0; ; stops += 1) {
    const { done, value } = steps.next();
    if (done === true) return { stops, result: value };
  }
}

describe("long work on records", () => {
  it("is done in steps when a file is read, and comes to the same", () => {
    const { stops, result } = stepped(loadInSteps(file, false));
    expect(stops).toBeGreaterThanOrEqual(10);
    expect(result.entries.map(({ container }) => container)).toEqual(
      load(file, false).entries.map(({ container }) => container),
    );
  });

  it("is done in steps when a list is made, once", () => {
    const catalog = new Catalog(load(file, false).entries, newEntry);
    expect(stepped(catalog.prepareList()).stops).toBeGreaterThanOrEqual(10);
    const list = catalog.list();
    expect(list.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
    expect(stepped(catalog.prepareList()).stops).toBe(0);
    expect(catalog.list()).toBe(list);
  });

  it("lets others run between steps that take long", async () => {
    let others = 0;
    const other = setInterval(() => (others += 1), 1);
    function* work(): Generator<number, string> {
      for (let step = 0; step < 3; step += 1) {
        const pace = new Pace(undefined);
        while (!pace.isOver);
        yield step;
      }
      return "done";
    }
    expect(await withRests(work())).toBe("done");
    clearInterval(other);
    expect(others).toBeGreaterThan(0);
  });
});
