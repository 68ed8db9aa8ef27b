import {
  type Container,
  type ContainerChange,
  type ContainerStore,
  openContainerStore,
} from "@stowage/store";
import { runs, temporaryFolder } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FeedEvents, Row } from "../src/protocol.ts";
import { Feed } from "../src/server/feed.ts";

/** What a page knows by what it was told. */
class Told {
  readonly rows = new Map<string, Row>();
  messages = 0;

  readonly send = async <Name extends keyof FeedEvents>(
    name: Name,
    data: FeedEvents[Name],
  ): Promise<void> => {
    this.messages += 1;
    if (name === "begin") this.rows.clear();
    if (name !== "rows") return;
    for (const change of (data as FeedEvents["rows"]).changes) {
      if (change.type === "removed") this.rows.delete(change.id);
      else this.rows.set(change.row.id, change.row);
    }
    await Promise.resolve();
  };
}

async function withStore<T>(use: (store: ContainerStore) => Promise<T>): Promise<T> {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  return await use(store);
}

function differences(
  before: ReadonlyMap<string, Container>,
  after: ReadonlyMap<string, Container>,
): ContainerChange[] {
  const changes: ContainerChange[] = [];
  for (const [id, was] of before) if (!after.has(id)) changes.push({ type: "removed", id, before: was });
  for (const [id, is] of after) {
    const was = before.get(id);
    if (was === undefined) changes.push({ type: "created", id, after: is });
    else if (was !== is) changes.push({ type: "changed", id, before: was, after: is, fields: ["names"] });
  }
  return changes;
}

describe("what a page is told", () => {
  it(
    "is what fits of the newest state, whenever it listens, with a filter and without",
    { timeout: 60_000 },
    async () => {
      await withStore(async (store) => {
        // Records of a real store: a few containers, each with two states.
        const states: Container[][] = [];
        for (const id of ["a", "b", "c", "d"]) {
          const one = await store.create({ id, names: [`${id}-plain`], volatile: true });
          states.push([one, await store.setNames(id, [`${id}-web`])]);
        }
        const choice = fc.array(fc.option(fc.nat(1), { nil: undefined }), { minLength: 4, maxLength: 4 });
        const step = fc.record({ state: choice, listens: fc.boolean() });
        await fc.assert(
          fc.asyncProperty(
            fc.array(step, { minLength: 1, maxLength: 12 }),
            fc.boolean(),
            async (steps, isFiltered) => {
              const told = new Told();
              const matches = (container: Container): boolean =>
                !isFiltered || container.names[0]!.endsWith("-web");
              const feed = new Feed({
                server: "s",
                send: told.send,
                matcher: () => Promise.resolve(matches),
              });
              let containers: ReadonlyMap<string, Container> = new Map();
              for (const { state, listens } of [...steps, { state: steps.at(-1)!.state, listens: true }]) {
                const now = new Map(
                  state.flatMap((which, index) =>
                    which === undefined ? [] : [[`${"abcd"[index]}`, states[index]![which]!]],
                  ),
                );
                feed.take({ containers: now, changes: differences(containers, now), unavailable: undefined });
                containers = now;
                if (!listens) continue;
                await feed.run();
                const wanted = [...now.values()].filter(matches).map(({ id, names }) => [id, names[0]]);
                expect([...told.rows.values()].map(({ id, names }) => [id, names[0]]).sort()).toEqual(
                  wanted.sort(),
                );
              }
            },
          ),
          { numRuns: runs(300) },
        );
      });
    },
  );

  it("begins anew for a page that missed more than is kept", async () => {
    await withStore(async (store) => {
      const one = await store.create({ id: "a", volatile: true });
      const told = new Told();
      const feed = new Feed({ server: "s", send: told.send, matcher: () => Promise.resolve(undefined) });
      const empty = new Map<string, Container>();
      feed.take({ containers: empty, changes: [], unavailable: undefined });
      await feed.run();
      for (let turn = 0; turn < 10_100; turn += 1) {
        feed.take({
          containers: empty,
          changes: [{ type: "removed", id: `x${turn}`, before: one }],
          unavailable: undefined,
        });
      }
      feed.take({
        containers: new Map([["a", one]]),
        changes: [{ type: "created", id: "a", after: one }],
        unavailable: undefined,
      });
      await feed.run();
      expect([...told.rows.keys()]).toEqual(["a"]);
      expect(told.messages).toBeLessThan(10);
    });
  });
});
