import { openLockFile } from "@stowage/lockfile";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { ContainerStore } from "../../src/container-store.ts";
import type { WaitOptions } from "../../src/options.ts";
import { openSound } from "../support/sound.ts";

type Call = (store: ContainerStore, wait: WaitOptions) => Promise<unknown>;

const readers: Record<string, Call> = {
  get: (store, wait) => store.get("one", wait),
  find: (store, wait) => store.find("one", wait),
  exists: (store, wait) => store.exists("one", wait),
  lookup: (store, wait) => store.lookup("one", wait),
  list: (store, wait) => store.list(wait),
  resolvePrefix: (store, wait) => store.resolvePrefix("a", wait),
  metadata: (store, wait) => store.metadata("one", wait),
  bigDataNames: (store, wait) => store.bigDataNames("one", wait),
  bigData: (store, wait) => store.bigData("one", "k", wait),
  bigDataSize: (store, wait) => store.bigDataSize("one", "k", wait),
  bigDataDigest: (store, wait) => store.bigDataDigest("one", "k", wait),
  check: (store, wait) => store.check(wait),
};

const writers: Record<string, Call> = {
  create: (store, wait) => store.create({ id: "b", ...wait }),
  "create with data": (store, wait) => store.create({ id: "b", bigData: [{ key: "k", data: "x" }], ...wait }),
  setNames: (store, wait) => store.setNames("one", ["x"], wait),
  addNames: (store, wait) => store.addNames("one", ["x"], wait),
  removeNames: (store, wait) => store.removeNames("one", ["one"], wait),
  setMetadata: (store, wait) => store.setMetadata("one", "x", wait),
  setFlag: (store, wait) => store.setFlag("one", "f", 1, wait),
  clearFlag: (store, wait) => store.clearFlag("one", "f", wait),
  setBigData: (store, wait) => store.setBigData("one", "k", "y", wait),
  delete: (store, wait) => store.delete("one", wait),
  wipe: (store, wait) => store.wipe(wait),
  gc: (store, wait) => store.gc(wait),
};

/** A store with one container, and its lock held by somebody else. */
async function heldStore(how: "read" | "write") {
  const folder = await temporaryFolder();
  const sound = await openSound({ dir: folder.path });
  await sound.store.create({ id: "a", names: ["one"], bigData: [{ key: "k", data: "x" }] });
  const lock = await openLockFile(path.join(folder.path, "containers.lock"));
  const held = how === "read" ? await lock.lockForReading() : await lock.lockForWriting();
  return {
    store: sound.store,
    async [Symbol.asyncDispose]() {
      await held.release();
      await lock.close();
      // Nothing that gave up may have been done after all.
      expect((await sound.store.list()).map(({ id, names, metadata }) => [id, names, metadata])).toEqual([
        ["a", ["one"], ""],
      ]);
      expect(Buffer.from(await sound.store.bigData("one", "k")).toString()).toBe("x");
      expect(await sound.store.check()).toEqual([]);
      await sound[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe.each(Object.entries(readers))("%s, while another one writes", (_name, call) => {
  it("gives up at once, after a time, or when it is told", async () => {
    await using held = await heldStore("write");
    await expect(call(held.store, { timeout: 0 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
    await expect(call(held.store, { timeout: 20 })).rejects.toMatchObject({
      code: "ERR_LOCK_TIMEOUT",
      details: { holders: [{ pid: process.pid }] },
    });
    await expectAbort(held.store, call);
  });
});

describe.each(Object.entries(writers))("%s, while another one reads", (_name, call) => {
  it("gives up at once, after a time, or when it is told", async () => {
    await using held = await heldStore("read");
    await expect(call(held.store, { timeout: 0 })).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
    await expect(call(held.store, { timeout: 20 })).rejects.toMatchObject({
      code: "ERR_LOCK_TIMEOUT",
      details: { holders: [{ pid: process.pid }] },
    });
    await expectAbort(held.store, call);
  });
});

async function expectAbort(store: ContainerStore, call: Call): Promise<void> {
  const reason = new Error("enough");
  await expect(call(store, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const controller = new AbortController();
  const waiting = call(store, { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 10);
  await expect(waiting).rejects.toBe(reason);
}

it("uses the store's own limit where the call has none", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path, lockTimeout: 20 });
  const lock = await openLockFile(path.join(folder.path, "containers.lock"));
  const held = await lock.lockForWriting();
  await expect(sound.store.list()).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
  await expect(sound.store.create()).rejects.toMatchObject({ code: "ERR_LOCK_TIMEOUT" });
  await held.release();
  await lock.close();
});
