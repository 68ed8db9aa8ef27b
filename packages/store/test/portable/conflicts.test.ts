import { describe, expect, it } from "vitest";
import { contentsOf, exported } from "../support/archives.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { openSound, type SoundStore } from "../support/sound.ts";
import path from "node:path";

/**
 * An archive of "same" (id c, with an item) and "free", and a store that has
 * another container of id c, and one that has the name "web" of the first.
 */
async function withClash(test: (to: SoundStore, archive: Buffer) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  await using from = await openSound({ dir: path.join(folder.path, "from") });
  await using to = await openSound({ dir: path.join(folder.path, "to") });
  await from.store.create({ id: "c", names: ["web", "w{n}"], bigData: [{ key: "k", data: "new" }] });
  await from.store.create({ id: "d", names: ["db"], bigData: [{ key: "k", data: "d" }] });
  await to.store.create({
    id: "c",
    names: ["mine"],
    volatile: true,
    bigData: [
      { key: "k", data: "old" },
      { key: "other", data: "gone" },
    ],
  });
  await to.store.create({ id: "holder", names: ["web", "too"] });
  await test(to, (await exported(from.store)).bytes);
  expect(await to.store.check()).toEqual([]);
}

describe("a container of the archive that is in the way of another", () => {
  it("fails, before anything is imported", async () => {
    await withClash(async ({ store }, archive) => {
      const before = await contentsOf(store);
      await expect(store.import([archive])).rejects.toMatchObject({ code: "ERR_DUPLICATE_ID" });
      await store.delete("c");
      await expect(store.import([archive])).rejects.toMatchObject({
        code: "ERR_DUPLICATE_NAME",
        details: { name: "web", holder: { id: "holder" } },
      });
      expect(await contentsOf(store)).toEqual(before.filter((line) => line.includes("holder")));
    });
  });

  it("is skipped", async () => {
    await withClash(async ({ store }, archive) => {
      const { steps, bytes } = await store.import([archive], { onConflict: "skip" });
      expect(steps.map(({ id, outcome }) => [id, outcome])).toEqual([
        ["c", "skipped"],
        ["d", "created"],
      ]);
      expect(bytes).toBe(1);
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("old");
    });
  });

  it("is renamed, once", async () => {
    await withClash(async ({ store }, archive) => {
      const { steps } = await store.import([archive], { onConflict: "rename" });
      const made = steps[0]!.container!;
      expect(made.id).toMatch(/^[0-9a-f]{64}$/);
      expect(made.names).toEqual(["web-1", "w{n}"]);
      expect(Buffer.from(await store.bigData("web-1", "k")).toString()).toBe("new");
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("old");
      const before = await contentsOf(store);
      const again = await store.import([archive], { onConflict: "rename" });
      expect(again.steps.map(({ outcome }) => outcome)).toEqual(["unchanged", "unchanged"]);
      expect(await contentsOf(store)).toEqual(before);
      // A container whose names only were in the way keeps its id, and is known by it.
      await store.delete("c");
      await store.delete(made.id);
      expect((await store.import([archive], { onConflict: "rename" })).steps[0]?.container?.names).toEqual([
        "web-1",
        "w{n}",
      ]);
      expect((await store.import([archive], { onConflict: "rename" })).steps[0]?.outcome).toBe("unchanged");
    });
  });

  it("replaces it, with all its data, also from one file to the other", async () => {
    await withClash(async ({ store }, archive) => {
      const { steps } = await store.import([archive], { onConflict: "replace" });
      expect(steps.map(({ outcome }) => outcome)).toEqual(["replaced", "created"]);
      const replaced = await store.get("c");
      expect([replaced.names, replaced.volatile, replaced.bigDataNames]).toEqual([
        ["web", "w{n}"],
        false,
        ["k"],
      ]);
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("new");
      await expect(store.bigData("c", "other")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
      expect((await store.get("holder")).names).toEqual(["too"]);
      expect(
        (await store.import([archive], { onConflict: "replace" })).steps.map(({ outcome }) => outcome),
      ).toEqual(["unchanged", "unchanged"]);
    });
  });

  it("is not one of these", async () => {
    await withClash(async ({ store }, archive) => {
      await expect(store.import([archive], { onConflict: "merge" as "skip" })).rejects.toThrow(TypeError);
    });
  });
});
