import { writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../src/open-store.ts";
import { Door } from "../src/persistence/door.ts";
import { StorePaths } from "../src/persistence/paths.ts";

/** Reads a store in which, so many times in a row, a writer is killed in the middle just before the reader gets in. */
async function readAfterKilledWriters(kills: number): Promise<string[]> {
  await using folder = await temporaryFolder();
  const dir = path.join(folder.path, "store");
  {
    await using store = await openContainerStore({ dir });
    await store.create({ id: "a" });
  }
  const paths = new StorePaths({ dir });
  const killed = await openLockFile(paths.lockFile);
  const lock = await openLockFile(paths.lockFile);
  const lockForReading = lock.lockForReading.bind(lock);
  let left = kills;
  lock.lockForReading = async (options) => {
    if (left > 0) {
      left -= 1;
      await using held = await killed.lockForWriting();
      held.recordWrite();
      await writeFile(paths.journalFile, JSON.stringify({ steps: [] }));
    }
    return await lockForReading(options);
  };
  const door = new Door(paths, lock, { lockTimeout: undefined, warn: () => undefined });
  try {
    return await door.read({}, (catalog) => catalog.entries().map(({ container }) => container.id));
  } finally {
    await door.close();
    await killed.close();
  }
}

it.each([1, 2, 10])(
  "a read has the store mended again when the next writer is killed, too: %i",
  async (kills) => {
    expect(await readAfterKilledWriters(kills)).toEqual(["a"]);
  },
);

it("a read gives up when there is no end of it, and says so", async () => {
  await expect(readAfterKilledWriters(20)).rejects.toMatchObject({
    code: "ERR_STORE_INCONSISTENT",
    message: expect.stringMatching(/^\(even after cleaning up 10 times\) a writer was killed/) as string,
  });
});
