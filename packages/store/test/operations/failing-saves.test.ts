import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { mountTmpfs, treeListing } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openSound } from "../support/sound.ts";

it("leaves disk and memory as they were when the disk is full, and goes on when it is not", async (context) => {
  const { found: medium, reason } = await mountTmpfs(256 << 10);
  if (medium === undefined) return context.skip(reason);
  await using mounted = medium;
  const dir = path.join(mounted.path, "store");
  await using sound = await openSound({ dir });
  const { store } = sound;
  await store.create({ id: "a", names: ["one"], metadata: "old", bigData: [{ key: "k", data: "old" }] });
  const filler = path.join(mounted.path, "filler");
  await fill(filler);
  const before = await treeListing(dir);
  const records = await readFile(path.join(dir, "containers.json"), "utf8");

  const full = { code: "ERR_NO_SPACE" };
  const large = "x".repeat(8 << 10);
  await expect(store.setMetadata("a", large)).rejects.toMatchObject(full);
  await expect(store.create({ id: "b", metadata: large })).rejects.toMatchObject(full);
  await expect(store.create({ id: "b", bigData: [{ key: "k", data: large }] })).rejects.toMatchObject(full);
  await expect(store.setBigData("a", "k", large)).rejects.toMatchObject(full);
  await expect(store.setFlag("a", "f", large)).rejects.toMatchObject(full);

  expect(await readFile(path.join(dir, "containers.json"), "utf8")).toBe(records);
  expect(await treeListing(dir)).toEqual(before);
  expect(await store.metadata("a")).toBe("old");
  expect((await store.list()).map(({ id }) => id)).toEqual(["a"]);
  expect(Buffer.from(await store.bigData("a", "k")).toString()).toBe("old");

  await writeFile(filler, "");
  await store.setMetadata("a", large);
  expect(await store.metadata("a")).toBe(large);
  expect(await store.check()).toEqual([]);
});

async function fill(file: string): Promise<void> {
  for (let size = 4 << 10; ; size += 4 << 10) {
    try {
      await writeFile(file, Buffer.alloc(size));
    } catch {
      return;
    }
  }
}
