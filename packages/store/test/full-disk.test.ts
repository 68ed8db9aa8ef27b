import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { mountExt4 } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore, StowageError } from "../src/index.ts";
import { fill, populate, withSmallDisk } from "./support/small-disk.ts";

async function assertWhole(dir: string, ids: readonly string[]): Promise<void> {
  await using fresh = await openContainerStore({ dir });
  expect((await fresh.list()).map(({ id }) => id).sort()).toEqual([...ids].sort());
  const codes = (await fresh.check()).map(({ code }) => code);
  expect(codes).toEqual([]);
}

describe("a full disk", () => {
  it("does not keep a container from being deleted: its data makes room for the records", async ({
    skip,
  }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir });
      const ids = await populate(store);
      await fill(folder, 0);
      await expect(store.setMetadata(ids[0]!, "m".repeat(9_000))).rejects.toMatchObject({
        code: "ERR_NO_SPACE",
      });
      // The files of records need about 100 KiB. The data of one container is too little: then it is not given up.
      await expect(store.delete(ids[0]!)).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
      expect((await store.bigData(ids[0]!, "k")).length).toBe(16_384);
      await Promise.all(ids.map((id) => store.delete(id)));
      await assertWhole(dir, []);
    }, skip);
  });

  it("keeps nobody from reading nor from deleting where two containers claim a name", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      const ids = await openContainerStore({ dir }).then(async (store) => {
        await using _ = store;
        return await populate(store);
      });
      const file = path.join(dir, "containers.json");
      const text = await readFile(file, "utf8");
      await writeFile(file, text.replace('"names":["c1"]', '"names":["c0"]'));
      await fill(folder, 0);
      await using store = await openContainerStore({ dir });
      expect((await store.get("c0")).id).toBe(ids[1]);
      expect((await store.get(ids[0]!)).names).toEqual([]);
      await Promise.all(ids.slice(2).map((id) => store.delete(id)));
      // What was mended in memory alone went along.
      await assertWhole(dir, ids.slice(0, 2));
    }, skip);
  });

  it("does not keep a store from being wiped", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir });
      const ids = await populate(store);
      await fill(folder, 0);
      expect(await store.wipe()).toBe(ids.length);
      await assertWhole(dir, []);
    }, skip);
  });

  it.for(["kernel", "portable"] as const)(
    "on which no folder can be made does not keep containers from being read and deleted: %s locks",
    async (lock, { skip }) => {
      await withSmallDisk(
        async (dir, folder) => {
          await using store = await openContainerStore({ dir, lock });
          const ids = await populate(store);
          await fill(folder, 0);
          await expect(mkdir(path.join(folder, "other"))).rejects.toMatchObject({ code: "ENOSPC" });
          await using other = await openContainerStore({ dir, lock });
          expect(await other.list()).toHaveLength(ids.length);
          await expect(store.delete(ids[0]!)).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
          await Promise.all(ids.slice(8).map((id) => other.delete(id)));
          await fill(folder, 0);
          expect(await store.wipe()).toBe(8);
          await assertWhole(dir, []);
        },
        skip,
        mountExt4,
      );
    },
  );

  it("leaves the store whole at every amount of space, and tells the truth", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      const counts = { deleted: 0, refused: 0 };
      for (let leave = 0; leave <= 160 * 1024; leave += 20 * 1024) {
        await using store = await openContainerStore({ dir });
        const ids = await populate(store);
        const filler = await fill(folder, leave);
        const gone = new Set<string>();
        for (const id of ids.slice(0, 3)) {
          try {
            await store.delete(id);
            gone.add(id);
            counts.deleted += 1;
          } catch (error) {
            expect(error).toBeInstanceOf(StowageError);
            expect(error).toMatchObject({ code: "ERR_NO_SPACE" });
            counts.refused += 1;
          }
        }
        // The same store, and a fresh one, list just what was not acknowledged as deleted.
        const left = ids.filter((id) => !gone.has(id));
        expect((await store.list()).map(({ id }) => id).sort()).toEqual([...left].sort());
        await using fresh = await openContainerStore({ dir });
        expect((await fresh.list()).map(({ id }) => id).sort()).toEqual([...left].sort());
        expect((await stat(path.join(dir, "containers.json"))).size).toBeGreaterThan(2);
        await rm(filler);
        for (const id of left) await store.delete(id);
        await assertWhole(dir, []);
      }
      expect(counts.deleted).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
      console.log(
        `full disk: ${counts.deleted} deletions done, ${counts.refused} refused, 9 amounts of space`,
      );
    }, skip);
  });

  it("does not keep others in the same group from being told what became of them", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir });
      const ids = await populate(store);
      await fill(folder, 0);
      const results = await Promise.allSettled([
        ...ids.slice(0, 12).map((id) => store.delete(id)),
        store.setMetadata(ids[15]!, "short"),
      ]);
      expect(results.map(({ status }) => status)).toEqual(results.map(() => "fulfilled"));
      await assertWhole(dir, ids.slice(12));
      expect(await store.metadata(ids[15]!)).toBe("short");
    }, skip);
  });

  it("does not keep repair from mending a file: the copy takes no space", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir, acceptDamage: true });
      const ids = await populate(store);
      const file = path.join(dir, "containers.json");
      await writeFile(file, "x", { flag: "a" });
      await fill(folder, 0);
      await expect(store.repair()).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
      expect((await readdir(dir)).filter((name) => name.includes("backup"))).toEqual([]);
      await fill(folder, 104 * 1024);
      const { backups } = await store.repair();
      expect(backups).toHaveLength(1);
      await rm(backups[0]!);
      await assertWhole(dir, ids);
    }, skip);
  });
});
