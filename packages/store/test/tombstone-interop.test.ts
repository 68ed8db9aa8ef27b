import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { StorePaths } from "../src/persistence/paths.ts";
import { clear, erect } from "../src/persistence/tombstone.ts";
import { type StorageTool, storageTool, storageTools } from "./support/storage-tool.ts";

const { tools, reason } = await storageTools();

/** Three containers with an item each, all of which a killed writer has deleted; the first one bears the tombstone. */
async function withDeletion(
  program: string,
  isCleared: boolean,
  test: (tool: StorageTool, ids: readonly string[]) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  const tool = storageTool(program, folder.path);
  const ids: string[] = [];
  for (const name of ["one", "two", "three"]) {
    const id = await tool.create("-n", name);
    await tool.setData(id, "before", Buffer.from(name));
    ids.push(id);
  }
  const paths = new StorePaths({ dir: tool.dir });
  const lock = await openLockFile(paths.lockFile);
  {
    await using held = await lock.lockForWriting();
    expect(await erect(paths, held, { ids: "all", bearer: ids[0]! })).toBe(true);
    if (isCleared) await clear(paths, held);
  }
  await lock.close();
  await test(tool, ids);
  expect(existsSync(paths.tombstone)).toBe(false);
}

const idsOf = async (tool: StorageTool): Promise<unknown[]> =>
  (await tool.containers()).map((each) => each["id"]).sort();

describe.each(tools)(
  "a deletion on a full disk that was cut short, beside containers-storage %s",
  (_, program) => {
    it("is finished when nobody has written since", async () => {
      await withDeletion(program, true, async (tool, ids) => {
        expect(await idsOf(tool)).toEqual([...ids].sort());
        {
          await using store = await openContainerStore({ dir: tool.dir });
          expect(await store.list()).toEqual([]);
        }
        expect(await idsOf(tool)).toEqual([]);
      });
    });

    it("takes nothing of what that wrote since", async () => {
      await withDeletion(program, false, async (tool, ids) => {
        const bearer = ids[0]!;
        await tool.setData(bearer, "since", Buffer.from("theirs"));
        const added = await tool.create("-n", "four");
        {
          await using store = await openContainerStore({ dir: tool.dir });
          expect((await store.list()).map(({ id }) => id).sort()).toEqual([...ids, added].sort());
          expect(Buffer.from(await store.bigData(bearer, "before")).toString()).toBe("one");
          expect(await store.check({ data: true })).toEqual([]);
        }
        expect((await tool.data(bearer, "since")).toString()).toBe("theirs");
        expect((await tool.data(bearer, "before")).toString()).toBe("one");
        expect((await readdir(path.join(tool.dir, bearer))).sort()).toEqual(["before", "since"]);
      });
    });
  },
);

if (tools.length === 0)
  it.skip(`a deletion that was cut short, beside containers-storage: ${reason}`, () => undefined);
