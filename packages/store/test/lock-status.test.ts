import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { bundledChild, peer, temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { LockHolder } from "./support/lock-holder.ts";

const programs = peer();
const nobody = { readers: 0, writers: 0, longest: 0, longestOwn: 0 };

describe.each(["kernel", "portable"] as const)("who holds the lock, %s", (lock) => {
  it("nobody, readers, a writer, and who of us waits for how long", async () => {
    await using folder = await temporaryFolder();
    await using store = await openContainerStore({ dir: folder.path, lock });
    expect(await store.lockStatus()).toEqual({ state: "free", holders: [], waiting: nobody });
    await using file = await openLockFile(path.join(folder.path, "containers.lock"));
    for (const state of ["read", "write"] as const) {
      const held = await (state === "read" ? file.lockForReading() : file.lockForWriting());
      expect(await store.lockStatus()).toMatchObject({
        state,
        holders: [{ pid: process.pid, mode: state, own: true }],
        waiting: nobody,
      });
      const waiting = store.create();
      let status = await store.lockStatus();
      while (status.waiting.writers === 0 || status.waiting.longestOwn === 0)
        status = await store.lockStatus();
      expect(status.waiting.writers).toBe(1);
      expect(status.waiting.longest).toBeGreaterThanOrEqual(status.waiting.longestOwn);
      await held.release();
      await waiting;
    }
    expect(await store.lockStatus()).toEqual({ state: "free", holders: [], waiting: nobody });
  });

  it("another process of ours, by pid and program", async () => {
    await using folder = await temporaryFolder();
    await using store = await openContainerStore({ dir: folder.path, lock });
    const child = await bundledChild(new URL("support/writer-child.ts", import.meta.url));
    await using writer = await LockHolder.start(process.execPath, [child, folder.path, lock], "started");
    let holder;
    while (holder === undefined) {
      holder = (await store.lockStatus()).holders.find(({ own }) => own === false);
    }
    expect(holder).toMatchObject({ pid: writer.pid, program: expect.stringMatching(/node|Main/) as string });
  });
});

it.skipIf(programs.found === undefined).each(["read", "write"] as const)(
  "the library's program, which holds the lock for %s",
  async (mode) => {
    await using folder = await temporaryFolder();
    await using store = await openContainerStore({ dir: folder.path });
    const file = path.join(folder.path, "containers.lock");
    const args = ["lock", "--file", file, "--type", mode === "read" ? "r" : "w", "--hold-ms", "600000"];
    await using holder = await LockHolder.start(programs.found!.peer, args);
    expect(await store.lockStatus()).toEqual({
      state: mode,
      holders: [{ pid: holder.pid, mode, program: "peer", own: false }],
      waiting: nobody,
    });
  },
);

it("is refused by a closed store", async () => {
  await using folder = await temporaryFolder();
  const store = await openContainerStore({ dir: folder.path });
  await store.close();
  await expect(store.lockStatus()).rejects.toMatchObject({ code: "ERR_STORE_CLOSED" });
});
