import { rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { type ContainerStore, openContainerStore } from "@stowage/store";
import { temporaryFolder } from "@stowage/test-kit";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { followStore, type LiveUpdate } from "../src/index.ts";

let dir: string;
let store: ContainerStore;
let another: ContainerStore;

beforeEach(async () => {
  const scratch = await temporaryFolder();
  dir = path.join(scratch.path, "store");
  store = await openContainerStore({ dir });
  another = await openContainerStore({ dir });
  onTestFinished(async () => {
    await store.close();
    await another.close();
    await scratch[Symbol.asyncDispose]();
  });
});

function follow(stop = new AbortController()): AsyncGenerator<LiveUpdate, undefined> {
  onTestFinished(() => stop.abort());
  return followStore(store, { pace: 5, signal: stop.signal });
}

/** The first update that is as wanted; those before are given up. */
async function until(
  updates: AsyncGenerator<LiveUpdate, undefined>,
  wanted: (update: LiveUpdate) => boolean,
): Promise<LiveUpdate> {
  for (;;) {
    const { value, done } = await updates.next();
    if (done === true || value === undefined) throw new Error("the updates ended");
    if (wanted(value)) return value;
  }
}

const first = (updates: AsyncGenerator<LiveUpdate, undefined>) => until(updates, () => true);

describe("following a store", () => {
  it("begins with an empty store, too", async () => {
    const update = await first(follow());
    expect([...update.containers.keys()]).toEqual([]);
    expect(update).toMatchObject({ changes: [], unavailable: undefined });
  });

  it("begins with what is there, and tells what others change", async () => {
    await another.create({ id: "a", names: ["one"] });
    const updates = follow();
    const begin = await first(updates);
    expect([...begin.containers.keys()]).toEqual(["a"]);
    expect(begin.changes).toEqual([]);

    await another.transaction(async (tx) => {
      await tx.setMetadata("a", "changed");
      await tx.create({ id: "b" });
    });
    const next = await first(updates);
    expect(next.changes.map(({ type, id }) => [type, id])).toEqual([
      ["changed", "a"],
      ["created", "b"],
    ]);
    expect(next.containers.get("a")?.metadata).toBe("changed");
    expect([...begin.containers.keys()], "an update does not change any more").toEqual(["a"]);

    await another.delete("a");
    const last = await first(updates);
    expect(last.changes).toMatchObject([{ type: "removed", id: "a" }]);
    expect([...last.containers.keys()]).toEqual(["b"]);
  });

  it("sums up what changes faster than it is asked, and misses nothing", async () => {
    const updates = follow();
    await first(updates);
    for (let turn = 0; turn < 300; turn += 1) await another.create({ id: `c${turn}`, volatile: true });
    let count = 0;
    const told = new Set<string>();
    await until(updates, ({ containers, changes }) => {
      count += 1;
      for (const { id } of changes) told.add(id);
      return containers.size === 300;
    });
    expect(told.size).toBe(300);
    expect(count).toBeLessThan(20);
  });

  it("tells a change after a quiet time at once, and waits only with what follows soon", async () => {
    const stop = new AbortController();
    // Whatever waits for its pace does not come in this test's time.
    const updates = followStore(store, { pace: 3_600_000, signal: stop.signal });
    await first(updates);
    await another.create({ id: "a" });
    expect((await first(updates)).changes).toMatchObject([{ type: "created", id: "a" }]);
    await another.create({ id: "b" });
    const waiting = updates.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it("keeps what it had while the store is gone, and goes on when it is back", async () => {
    await another.create({ id: "a" });
    const updates = follow();
    await first(updates);
    await rename(dir, `${dir}-away`);
    const gone = await until(updates, ({ unavailable }) => unavailable !== undefined);
    expect(gone.unavailable?.code).toBe("ERR_STORE_NOT_FOUND");
    expect([...gone.containers.keys()]).toEqual(["a"]);
    await rename(`${dir}-away`, dir);
    const back = await until(updates, ({ unavailable }) => unavailable === undefined);
    expect(back.changes).toEqual([]);
  });

  it("begins with a damaged store, and takes the first state that can be read for the beginning", async () => {
    await another.create({ id: "a" });
    await writeFile(path.join(dir, "containers.json"), "[{");
    await store.close();
    store = await openContainerStore({ dir, acceptDamage: true });
    const updates = follow();
    const damaged = await first(updates);
    expect(damaged.unavailable?.code).toBe("ERR_STORE_DAMAGED");
    expect(damaged.containers.size).toBe(0);
    await store.repair();
    await writeFile(
      path.join(dir, "containers.json"),
      `[{"id":"b","names":[],"image":"","layer":"","metadata":""}]`,
    );
    const back = await until(updates, ({ containers }) => containers.has("b"));
    expect(back.changes).toEqual([]);
  });

  it("ends by its signal, also while it waits, and when the store is closed", async () => {
    const stop = new AbortController();
    const updates = follow(stop);
    await first(updates);
    const waiting = updates.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });

    const others = follow();
    await first(others);
    const ending = others.next();
    await store.close();
    expect(await ending).toEqual({ done: true, value: undefined });
  });
});
