import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { Transaction } from "../../src/container-store.ts";
import { openContainerStore } from "../../src/open-store.ts";
import { openSound } from "../support/sound.ts";

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

/** All files in a store but the lock, with their bytes. */
async function filesIn(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && entry.name !== "containers.lock") {
      found[path.relative(dir, file)] = await readFile(file, "latin1");
    }
  }
  return found;
}

describe("a transaction", () => {
  it.each(["kernel", "portable"] as const)("makes all of its changes in one save: %s locks", async (lock) => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: path.join(folder.path, "store"), lock });
    const { store, memory } = sound;
    await store.create({ id: "old", names: ["one"], bigData: [{ key: "k", data: "old" }] });
    await store.create({ id: "gone", bigData: [{ key: "k", data: "x" }] });
    const before = memory.counters.saves;
    const result = await store.transaction(async (tx) => {
      const made = await tx.create({
        id: "new",
        names: ["two"],
        volatile: true,
        bigData: [{ key: "k", data: "n" }],
      });
      await tx.addNames("new", ["one"], { onConflict: "steal" });
      await tx.setMetadata("old", "changed");
      await tx.setFlag("old", "flag", true);
      await tx.setBigData("old", "k", "first");
      await tx.setBigData("old", "k", "second");
      await tx.setBigData("old", "more", "more");
      await tx.delete("gone");
      // Inside, all of that is to be seen.
      expect((await tx.list()).map(({ id }) => id)).toEqual(["old", "new"]);
      expect((await tx.get("one")).id).toBe("new");
      expect(textOf(await tx.bigData("old", "k"))).toBe("second");
      expect(await tx.exists("gone")).toBe(false);
      return made.id;
    });
    expect(result).toBe("new");
    expect(memory.counters.saves).toBe(before + 1);
    await using other = await openContainerStore({ dir: store.dir, lock });
    expect(await other.get("old")).toMatchObject({ names: [], metadata: "changed" });
    expect((await other.get("one")).id).toBe("new");
    expect(textOf(await other.bigData("old", "k"))).toBe("second");
    expect(textOf(await other.bigData("old", "more"))).toBe("more");
    expect(existsSync(path.join(store.dir, "gone"))).toBe(false);
    expect(await store.check()).toEqual([]);
  });

  it("changes nothing when it throws, and says why", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store, memory } = sound;
    const kept = await store.create({ id: "a", names: ["one"], bigData: [{ key: "k", data: "old" }] });
    await store.create({ id: "b", volatile: true });
    const before = await filesIn(folder.path);
    const loads = memory.counters.loads;
    const reason = new Error("enough");
    const failing = store.transaction(async (tx) => {
      await tx.create({ id: "c", bigData: [{ key: "k", data: "x" }] });
      await tx.setBigData("a", "k", "new");
      await tx.setBigData("a", "added", "new");
      await tx.removeNames("a", ["one"]);
      await tx.delete("b");
      throw reason;
    });
    await expect(failing).rejects.toBe(reason);
    expect((await readdir(folder.path)).filter((name) => name.startsWith("."))).toEqual([]);
    expect(await filesIn(folder.path)).toEqual(before);
    expect(await store.get("a")).toBe(kept);
    expect((await store.list()).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(memory.counters.loads).toBe(loads);
    expect(await store.check()).toEqual([]);
  });

  it("goes on after an operation that fails and is caught", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({ id: "a", names: ["one"] });
    await store.transaction(async (tx) => {
      await expect(
        tx.create({ id: "b", names: ["one"], bigData: [{ key: "k", data: "x" }] }),
      ).rejects.toMatchObject({ code: "ERR_DUPLICATE_NAME", details: { holder: { id: "a" } } });
      await expect(tx.setMetadata("nobody", "x")).rejects.toMatchObject({ code: "ERR_CONTAINER_UNKNOWN" });
      await tx.setMetadata("a", "x");
    });
    expect((await store.list()).map(({ id, metadata }) => [id, metadata])).toEqual([["a", "x"]]);
    expect(existsSync(path.join(folder.path, "b"))).toBe(false);
  });

  it("carries its operations out in order, also those that nobody waits for", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.transaction((tx) => {
      for (let at = 0; at < 20; at += 1) {
        void tx.create({ id: `c${at}`, bigData: [{ key: "k", data: String(at) }] });
        void tx.addNames(`c${at}`, [`n${at}`]);
      }
    });
    const there = await store.list();
    expect(there.map(({ names }) => names[0])).toEqual(Array.from({ length: 20 }, (_, at) => `n${at}`));
    // Of two that want one name the second is told, though both began at once.
    const outcomes = await store.transaction((tx) =>
      Promise.allSettled(["x", "y"].map((id) => tx.create({ id, names: ["same"] }))),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses calls of its own store inside of it, and of itself after it", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    await using other = await openContainerStore({ dir: folder.path });
    const { store } = sound;
    let kept: Transaction | undefined;
    await store.transaction(async (tx) => {
      kept = tx;
      for (const each of [store, other]) {
        await expect(each.list()).rejects.toMatchObject({ code: "ERR_TRANSACTION_NESTED" });
        await expect(each.create()).rejects.toMatchObject({ code: "ERR_TRANSACTION_NESTED" });
        await expect(each.transaction(() => undefined)).rejects.toMatchObject({
          code: "ERR_TRANSACTION_NESTED",
        });
      }
      await tx.create({ id: "a" });
    });
    await expect(kept?.list()).rejects.toMatchObject({ code: "ERR_TRANSACTION_ENDED" });
    await expect(kept?.create()).rejects.toMatchObject({ code: "ERR_TRANSACTION_ENDED" });
    expect((await store.list()).map(({ id }) => id)).toEqual(["a"]);
  });

  it("ends with its signal, while it waits and while it works", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({ id: "a" });
    const abort = new AbortController();
    let late: Promise<unknown> | undefined;
    const working = store.transaction(
      async (tx) => {
        await tx.setMetadata("a", "x");
        abort.abort(new Error("stop"));
        await pause(20);
        late = tx.setMetadata("a", "y");
        await late;
      },
      { signal: abort.signal },
    );
    await expect(working).rejects.toThrow("stop");
    expect(await store.metadata("a")).toBe("");
    await pause(40);
    await expect(late).rejects.toMatchObject({ code: "ERR_TRANSACTION_ENDED" });
    await store.transaction(async (tx) => {
      const waiting = openContainerStore({ dir: folder.path }).catch((error: unknown) => error);
      await tx.setMetadata("a", "z");
      void waiting.then(async (opened) => {
        if (!(opened instanceof Error)) await (opened as AsyncDisposable)[Symbol.asyncDispose]();
      });
    });
    expect(await store.metadata("a")).toBe("z");
  });

  it("keeps its place in the queue, and leaves the others of their groups alone", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({ id: "a" });
    const order: string[] = [];
    const outcomes = await Promise.allSettled([
      store.setMetadata("a", "1").then(() => order.push("1")),
      store
        .transaction(async (tx) => {
          expect(await tx.metadata("a")).toBe("1");
          await tx.setMetadata("a", "2");
          throw new Error("no");
        })
        .catch(() => order.push("no")),
      store.setFlag("a", "f", 1).then(() => order.push("f")),
      store.transaction(async (tx) => {
        expect((await tx.get("a")).flags.get("f")).toBe(1);
        await tx.setMetadata("a", "3");
      }),
      store.create({ id: "b" }),
    ]);
    expect(outcomes.every(({ status }) => status === "fulfilled")).toBe(true);
    expect(order).toEqual(["1", "no", "f"]);
    expect((await store.list()).map(({ id, metadata }) => [id, metadata])).toEqual([
      ["a", "3"],
      ["b", ""],
    ]);
  });

  it("says that a container cannot be deleted and made anew with data", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    const bigData = [{ key: "k", data: "x" }];
    await store.create({ id: "a", bigData });
    const again = store.transaction(async (tx) => {
      await tx.delete("a");
      await tx.create({ id: "a", bigData });
    });
    await expect(again).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    expect(textOf(await store.bigData("a", "k"))).toBe("x");
  });

  it("writes nothing when nothing was changed", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store, memory } = sound;
    await store.create({ id: "a" });
    const before = memory.counters.saves;
    expect(await store.transaction(async (tx) => (await tx.get("a")).id)).toBe("a");
    expect(memory.counters.saves).toBe(before);
    await expect(store.transaction("no" as never)).rejects.toThrow(TypeError);
  });
});

describe("compare and set", () => {
  it("refuses an update of what is not as it was seen, whoever changed it", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await using other = await openContainerStore({ dir: folder.path });
    const seen = await store.create({ id: "a", names: ["one"], bigData: [{ key: "k", data: "x" }] });
    const same = await other.get("a");
    await other.setMetadata("a", "changed", { ifUnchanged: same });
    const updates = [
      store.setMetadata("a", "y", { ifUnchanged: seen }),
      store.setNames("a", [], { ifUnchanged: seen }),
      store.addNames("a", ["two"], { ifUnchanged: seen }),
      store.removeNames("a", ["one"], { ifUnchanged: seen }),
      store.setFlag("a", "f", 1, { ifUnchanged: seen }),
      store.clearFlag("a", "f", { ifUnchanged: seen }),
      store.setBigData("a", "k", "y", { ifUnchanged: seen }),
      store.removeBigData("a", "k", { ifUnchanged: seen }),
      store.delete("a", { ifUnchanged: seen }),
    ];
    for (const update of await Promise.allSettled(updates)) {
      expect(update).toMatchObject({ status: "rejected", reason: { code: "ERR_CONTAINER_CHANGED" } });
    }
    // A record of another object, or of another process, is the same value.
    await store.setMetadata("a", "z", { ifUnchanged: await other.get("a") });
    expect(await other.metadata("a")).toBe("z");
  });
});

describe("a template of a name", () => {
  it("gives the smallest free number, also to many at once and in two processes' stores", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    await using other = await openContainerStore({ dir: folder.path });
    const { store } = sound;
    await store.create({ names: ["web-2"] });
    const made = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        (at % 2 === 0 ? store : other).create({ nameTemplate: "web-{n}" }),
      ),
    );
    const names = made.map((container) => container.names[0]).sort();
    const wanted = Array.from({ length: 21 }, (_, at) => `web-${at + 1}`).filter((name) => name !== "web-2");
    expect(names).toEqual(wanted.sort());
    expect((await store.create({ nameTemplate: "{n}$&", names: ["also"] })).names).toEqual(["1$&", "also"]);
    for (const bad of ["web", "{n}{n}"]) {
      await expect(store.create({ nameTemplate: bad })).rejects.toMatchObject({
        code: "ERR_INVALID_ARGUMENT",
      });
    }
  });
});

describe("removing an item", () => {
  it("takes the file and what the record says of it", async () => {
    await using folder = await temporaryFolder();
    await using sound = await openSound({ dir: folder.path });
    const { store } = sound;
    await store.create({
      id: "a",
      bigData: [
        { key: "k", data: "x" },
        { key: "Other", data: "y" },
      ],
    });
    const after = await store.removeBigData("a", "k");
    expect(after).toMatchObject({ bigDataNames: ["Other"] });
    expect([after.bigDataSizes.has("k"), after.bigDataDigests.has("k")]).toEqual([false, false]);
    expect(await readdir(path.join(folder.path, "a"))).toEqual(["=T3RoZXI="]);
    await expect(store.bigData("a", "k")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
    await expect(store.removeBigData("a", "k")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
    await store.transaction(async (tx) => {
      await tx.removeBigData("a", "Other");
      await expect(tx.bigData("a", "Other")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
      await tx.setBigData("a", "Other", "again");
      await tx.setBigData("a", "k", "again");
      await tx.removeBigData("a", "k");
    });
    expect(textOf(await store.bigData("a", "Other"))).toBe("again");
    expect(await store.bigDataNames("a")).toEqual(["Other"]);
    expect(await store.check()).toEqual([]);
  });
});
