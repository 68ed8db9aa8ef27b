import { lstatSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { mountExt4 } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { populate, withSmallDisk } from "./support/small-disk.ts";
import { assertFinished, idsIn, whileRead } from "./support/tombstones.ts";

/** Empty files take all inodes, and no block but for their names. */
function takeInodes(folder: string): string[] {
  const files: string[] = [];
  expect(() => {
    for (let n = 0; n < 1_000; n += 1) {
      const file = path.join(folder, `file${n}`);
      writeFileSync(file, "");
      files.push(file);
    }
  }).toThrow("ENOSPC");
  return files;
}

describe.each(["kernel", "portable"] as const)("a disk without a free inode: %s locks", (lock) => {
  it("keeps nobody from reading and deleting", async ({ skip }) => {
    await withSmallDisk(
      async (dir, folder) => {
        await using store = await openContainerStore({ dir, lock });
        const ids = await populate(store);
        takeInodes(folder);
        await using other = await openContainerStore({ dir, lock });
        expect(await other.list()).toHaveLength(ids.length);
        await expect(store.setMetadata(ids[0]!, "new")).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
        await store.delete(ids[0]!);
        await assertFinished(dir, ids.slice(1).sort(), lock);
        expect(lstatSync(path.join(dir, "containers.lock")).nlink).toBe(1);
      },
      skip,
      mountExt4,
    );
  });

  it("has a deletion hold whose data frees none, as somebody reads it", async ({ skip }) => {
    await withSmallDisk(
      async (dir, folder) => {
        await using store = await openContainerStore({ dir, lock });
        const ids = await populate(store);
        const left = ids.slice(3).sort();
        const files = takeInodes(folder);
        await whileRead(dir, ids, async () => {
          const deletion = store.transaction(async (tx) => {
            for (const id of ids.slice(0, 3)) await tx.delete(id);
          });
          await expect(deletion).rejects.toMatchObject({
            code: "ERR_NO_SPACE",
            details: { mayBeDone: true },
          });
          expect(await idsIn({ dir, lock, readOnly: true })).toEqual(left);
          expect(await idsIn({ dir, lock })).toEqual(left);
        });
        for (const file of files) await rm(file);
        await assertFinished(dir, left, lock);
      },
      skip,
      mountExt4,
    );
  });
});
