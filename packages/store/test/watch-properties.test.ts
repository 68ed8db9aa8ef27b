import path from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import { listChanges } from "../src/catalog/list-changes.ts";
import { type Container, type ContainerStore, openContainerStore } from "../src/index.ts";
import { makeContainer } from "../src/model/containers.ts";
import { apply, textsOf } from "./support/follower.ts";
import { quickFolder } from "./support/quick-folder.ts";

const ids = fc.constantFrom("a", "b", "c", "d", "e");

const records: fc.Arbitrary<Container> = fc
  .record({
    id: ids,
    created: fc.constantFrom("2024-01-01T00:00:00Z", "2025-01-01T00:00:00Z"),
    metadata: fc.constantFrom("", "x"),
    names: fc.array(fc.constantFrom("m", "n"), { maxLength: 2 }),
    flags: fc.dictionary(fc.constantFrom("f", "__proto__"), fc.constantFrom<(number | string)[]>(1, "1")),
    volatile: fc.boolean(),
  })
  .map(({ flags, ...fields }) => makeContainer({ ...fields, flags: new Map(Object.entries(flags)) }));
const lists = fc.uniqueArray(records, { selector: ({ id }) => id });

it("the changes between two lists make the one of the other, and are none between equals", () => {
  fc.assert(
    fc.property(lists, lists, (one, other) => {
      const containers = new Map(one.map((container) => [container.id, container]));
      for (const change of listChanges(one, other)) {
        apply(containers, change);
        if (change.type === "changed") expect(change.fields.length).toBeGreaterThan(0);
      }
      expect(textsOf(containers.values())).toEqual(textsOf(other));
      const copies = other.map((container) =>
        makeContainer({ ...container, flags: new Map(container.flags) }),
      );
      expect(listChanges(other, copies.reverse())).toEqual([]);
    }),
    { numRuns: 3000 },
  );
});

type Step =
  | {
      readonly do: "create" | "delete" | "setMetadata" | "setFlag" | "steal";
      readonly id: string;
      readonly by: 0 | 1;
    }
  | { readonly do: "ask"; readonly id: string; readonly by: 0 | 1 };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    do: fc.constantFrom("create", "create", "delete", "setMetadata", "setFlag", "steal", "ask", "ask"),
    id: ids,
    by: fc.constantFrom<(0 | 1)[]>(0, 1),
  }),
  { minLength: 5, maxLength: 40 },
);

async function change(store: ContainerStore, step: Step, round: number): Promise<void> {
  const { id } = step;
  const is = await store.exists(id);
  if (step.do === "create" && !is) await store.create({ id, names: [`of-${id}`], volatile: round % 2 === 0 });
  if (!is) return;
  if (step.do === "delete") await store.delete(id);
  if (step.do === "setMetadata") await store.setMetadata(id, String(round % 3));
  if (step.do === "setFlag") await store.setFlag(id, "f", round % 2);
  if (step.do === "steal") await store.addNames(id, ["shared"], { onConflict: "steal" });
}

it.each([
  ["told by the system", "auto" as const],
  ["by polling", 1],
])(
  "replaying what a watch tells onto its snapshot gives the store's list, however slowly it is asked, %s",
  async (_, polling) => {
    await fc.assert(
      fc.asyncProperty(steps, steps, async (before, after) => {
        await using folder = await quickFolder();
        const dir = path.join(folder.path, "store");
        await using one = await openContainerStore({ dir });
        await using other = await openContainerStore({ dir });
        const stores = [one, other] as const;
        for (const [round, step] of before.entries()) await change(stores[step.by], step, round);
        const since = await one.list();
        const containers = new Map(since.map((container) => [container.id, container]));
        await using watch = one.watch({ since, polling });
        let asking: Promise<void> | undefined;
        const ask = (): Promise<void> =>
          (asking ??= watch.next().then(({ value }) => {
            asking = undefined;
            if (value === undefined || value.type === "available" || value.type === "unavailable")
              throw new Error("there is nothing else to be told");
            apply(containers, value);
          }));
        for (const [round, step] of after.entries()) {
          // Not waited for: there may be nothing to tell before the next change.
          if (step.do === "ask") void ask();
          else await change(stores[step.by], step, round);
        }
        await other.create({ id: "last" });
        while (!containers.has("last")) await ask();
        // The rest of what was told together with it comes before anything new.
        await other.delete("last");
        while (containers.has("last")) await ask();
        expect(textsOf(containers.values())).toEqual(textsOf(await other.list()));
      }),
      { numRuns: 25 },
    );
  },
);
