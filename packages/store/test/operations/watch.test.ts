import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { describe, expect, it } from "vitest";
import { type ContainerStore, openContainerStore, type OpenOptions } from "../../src/index.ts";
import { Follower, textsOf } from "../support/follower.ts";
import { madeDuring, watchedByKernel } from "../support/fs-watchers.ts";
import { quickFolder } from "../support/quick-folder.ts";

type Test = (store: ContainerStore, other: ContainerStore, options: OpenOptions) => Promise<void>;

/** Two openings of one store. */
async function withStore(options: Partial<OpenOptions>, test: Test): Promise<void> {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "store");
  const runDir = options.transient === true ? path.join(folder.path, "run") : undefined;
  const all = { ...options, dir, runDir };
  await using store = await openContainerStore(all);
  await using other = await openContainerStore(all);
  await test(store, other, all);
}

const kinds: readonly (readonly [string, Partial<OpenOptions>])[] = [
  ["kernel locks", { lock: "kernel" }],
  ["portable locks", { lock: "portable" }],
  ["a transient store", { transient: true }],
];

describe.each(kinds)("a watch, %s", (_, kind) => {
  it("tells what was created, changed and removed, by others and by its own store", async () => {
    await withStore(kind, async (store, other) => {
      await using follower = new Follower(store.watch());
      await other.create({ id: "a", names: ["one"] });
      await follower.untilTold("created a");
      await store.create({ id: "b", volatile: true });
      await follower.untilTold("created b");
      await other.setMetadata("a", "text");
      await follower.untilTold("changed a metadata");
      await store.setNames("a", ["two"]);
      await follower.untilTold("changed a names");
      await other.setFlag("b", "f", { deep: [1] });
      await follower.untilTold("changed b flags");
      await other.setBigData("b", "k", "data");
      await follower.untilTold("changed b bigDataNames bigDataSizes bigDataDigests");
      await other.delete("a");
      await follower.untilTold("removed a");
      await other.wipe();
      await follower.untilTold("removed b");
      expect(follower.told).toHaveLength(8);
    });
  });

  it("hands out the records before and after", async () => {
    await withStore(kind, async (store, other) => {
      const before = await other.create({ id: "a", metadata: "old" });
      await using follower = new Follower(store.watch(), [before]);
      const after = await other.setMetadata("a", "new");
      await follower.untilTold("changed a metadata");
      expect(follower.events).toMatchObject([{ before: { metadata: "old" }, after: { metadata: "new" } }]);
      expect(textsOf(follower.containers.values())).toEqual(textsOf([after]));
    });
  });

  it("of a read-only store", async () => {
    await withStore(kind, async (_store, other, options) => {
      await other.create({ id: "a" });
      await using reader = await openContainerStore({ ...options, lock: "auto", readOnly: true });
      await using follower = new Follower(reader.watch(), await reader.list());
      await other.create({ id: "b" });
      await follower.until(() => follower.told.includes("created b"));
      await other.delete("a");
      await follower.until(() => follower.told.includes("removed a"));
    });
  });
});

describe("where a watch begins", () => {
  it("at the call, not at the first look of whoever iterates", async () => {
    await withStore({}, async (store) => {
      await store.create({ id: "before" });
      const watch = store.watch();
      await store.create({ id: "after" });
      await using follower = new Follower(watch);
      await follower.untilTold("created after");
      expect(follower.told).toEqual(["created after"]);
    });
  });

  it("at a snapshot or a list, whatever happened since", async () => {
    await withStore({}, async (store, other) => {
      await store.create({ id: "stays" });
      await store.create({ id: "goes" });
      await store.create({ id: "changes" });
      const list = await store.list();
      await other.delete("goes");
      await other.setMetadata("changes", "text");
      await other.create({ id: "comes" });
      const told = ["removed goes", "changed changes metadata", "created comes"];
      for (const since of [list, { list: () => list }, [...list]]) {
        await using follower = new Follower(store.watch({ since }), list);
        await follower.until(() => follower.events.length === told.length);
        expect(follower.told).toEqual(told);
        expect(textsOf(follower.containers.values())).toEqual(textsOf(await other.list()));
      }
      await using follower = new Follower(store.watch({ since: [] }));
      await follower.until(() => follower.containers.size === 3);
    });
  });

  it("at records that another opening read: they are compared by what they say", async () => {
    await withStore({}, async (store, other) => {
      const flags = { nested: { list: [1, "two", null] }, text: "x" };
      await other.create({ id: "a", names: ["n"], flags, bigData: [{ key: "k", data: "v" }] });
      const since = await other.list();
      expect((await store.list())[0]).not.toBe(since[0]);
      await using follower = new Follower(store.watch({ since }));
      await other.create({ id: "b" });
      await follower.untilTold("created b");
      expect(follower.told).toEqual(["created b"]);
    });
  });
});

describe("what a watch does not tell", () => {
  it("a save that changed nothing", async () => {
    await withStore({}, async (store, other) => {
      await other.create({ id: "a", metadata: "same", flags: { f: { x: 1 } } });
      await using follower = new Follower(store.watch());
      await other.setMetadata("a", "same");
      await other.setFlag("a", "f", { x: 1 });
      await store.setMetadata("a", "same");
      await other.create({ id: "b" });
      await follower.untilTold("created b");
      expect(follower.told).toEqual(["created b"]);
    });
  });

  it("what came and went while nobody asked: a slow reader gets the sum", async () => {
    await withStore({}, async (store, other) => {
      await other.create({ id: "kept" });
      await other.create({ id: "gone" });
      await using watch = store.watch();
      const first = watch.next();
      await other.create({ id: "x" });
      expect((await first).value).toMatchObject({ type: "created", id: "x" });
      // Nobody asks now.
      for (let i = 0; i < 20; i += 1) {
        await other.create({ id: `passing-${i}` });
        await other.setMetadata("kept", String(i));
        await other.delete(`passing-${i}`);
      }
      await other.delete("gone");
      const sum = [(await watch.next()).value, (await watch.next()).value];
      expect(sum).toMatchObject([
        { type: "removed", id: "gone" },
        { type: "changed", id: "kept", fields: ["metadata"], after: { metadata: "19" } },
      ]);
    });
  });
});

describe("the end of a watch", () => {
  it("is the end of the loop", async () => {
    await withStore({}, async (store) => {
      await store.create({ id: "a" });
      await store.create({ id: "b" });
      for await (const event of store.watch({ since: [] })) {
        expect(event).toMatchObject({ type: "created", id: "a" });
        break;
      }
      // What was being waited for is over, too.
      const watch = store.watch();
      const waiting = watch.next();
      expect(await watch.return()).toEqual({ value: undefined, done: true });
      expect(await waiting).toEqual({ value: undefined, done: true });
      expect(await watch.next()).toEqual({ value: undefined, done: true });
    });
  });

  it("is the signal, with its reason, whether or not anybody waits", async () => {
    await withStore({}, async (store) => {
      const reason = new Error("enough");
      const stop = new AbortController();
      const [waiting, idle] = [
        store.watch({ signal: stop.signal }),
        store.watch({ signal: stop.signal, since: [] }),
      ];
      await store.create({ id: "a" });
      await store.create({ id: "b" });
      await idle.next();
      const follower = new Follower(waiting);
      await follower.until(() => follower.events.length > 0);
      stop.abort(reason);
      await expect(follower.end()).rejects.toBe(reason);
      await expect(idle.next()).rejects.toBe(reason);
      await expect(store.watch({ signal: stop.signal }).next()).rejects.toBe(reason);
    });
  });

  it("is the closing of the store, even while others have the lock", async () => {
    await withStore({}, async (store, _other, { dir }) => {
      const lock = await openLockFile(path.join(dir, "containers.lock"));
      {
        await using _held = await lock.lockForWriting();
        const follower = new Follower(store.watch());
        await store.close();
        await follower.end();
      }
      await lock.close();
      expect(() => store.watch()).toThrow(expect.objectContaining({ code: "ERR_STORE_CLOSED" }));
    });
  });

  it("leaves nothing open", async (context) => {
    if (process.platform !== "linux") return context.skip("only Linux tells what is watched");
    await withStore({}, async (store) => {
      const before = watchedByKernel();
      const stop = new AbortController();
      const watches = [store.watch(), store.watch(), store.watch({ signal: stop.signal })];
      expect(watchedByKernel()).toBe(before);
      const waiting = watches.map((watch) => watch.next());
      await store.create({ id: "a" });
      await Promise.all(waiting);
      expect(watchedByKernel()).toBe(before + 2);
      // Nobody waits now, so that only the signal itself can close them.
      await watches[0]!.return();
      await watches[1]!.return();
      expect(watchedByKernel()).toBe(before + 2);
      stop.abort();
      expect(watchedByKernel()).toBe(before);
    });
  });

  it("is not the end of others: several of one store share the system's watchers", async () => {
    await withStore({}, async (store) => {
      const made = await madeDuring(async () => {
        const followers = [1, 2, 3].map(() => new Follower(store.watch()));
        await store.create({ id: "a" });
        for (const follower of followers) await follower.untilTold("created a");
        await followers[0]![Symbol.asyncDispose]();
        await store.create({ id: "b" });
        for (const follower of followers.slice(1)) await follower.untilTold("created b");
        expect(followers[0]!.told).toEqual(["created a"]);
        for (const follower of followers) await follower[Symbol.asyncDispose]();
      });
      // The folder and the one above.
      expect(made).toBe(2);
    });
  });
});

it("refuses options of the wrong kind", async () => {
  await withStore({}, async (store) => {
    for (const polling of [0, -1, Number.NaN, Infinity, "often"]) {
      expect(() => store.watch({ polling: polling as number })).toThrow(TypeError);
    }
    for (const since of ["text", {}, { list: () => 1 }, 5, null]) {
      expect(() => store.watch({ since: since as never })).toThrow(TypeError);
    }
    await store.close();
  });
});
