import { open, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { expect } from "vitest";
import { type OpenOptions, openContainerStore } from "../../src/index.ts";
import type { Tombstone } from "../../src/model/tombstone.ts";
import { StorePaths } from "../../src/persistence/paths.ts";
import { erect } from "../../src/persistence/tombstone.ts";
import { quickFolder } from "./quick-folder.ts";

export const TOMBSTONE = ".stowage-tombstone";

export const idsIn = async (options: OpenOptions): Promise<string[]> => {
  await using store = await openContainerStore(options);
  return (await store.list()).map(({ id }) => id).sort();
};

/** What is there beside files of records, the lock, and folders of containers. */
export const leftovers = async (dir: string): Promise<string[]> =>
  (await readdir(dir, { recursive: true })).filter((name) => path.basename(name).startsWith("."));

/** Ids that a program finds in the files that knows no tombstone. */
export async function idsInFiles(dir: string): Promise<string[]> {
  const files = ["containers.json", "volatile-containers.json"].map((name) => path.join(dir, name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8").catch(() => "[]")));
  return texts.flatMap((text) => (JSON.parse(text) as { id: string }[]).map(({ id }) => id)).sort();
}

/** Has somebody read items all the while, so that removing them frees nothing. */
export async function whileRead(
  dir: string,
  ids: readonly string[],
  work: () => Promise<void>,
): Promise<void> {
  const handles = await Promise.all(ids.map((id) => open(path.join(dir, id, "k"))));
  try {
    await work();
  } finally {
    for (const handle of handles) await handle.close();
  }
}

/** The store, opened anew, has these containers, whole, and nothing else. */
export async function assertFinished(
  dir: string,
  ids: readonly string[],
  lock: OpenOptions["lock"] = "kernel",
): Promise<void> {
  expect(await idsIn({ dir, lock })).toEqual(ids);
  expect(await idsInFiles(dir)).toEqual(ids);
  expect(await leftovers(dir)).toEqual([]);
  await using store = await openContainerStore({ dir, lock });
  expect(await store.check({ data: true })).toEqual([]);
  for (const id of ids) await store.bigData(id, "k");
}

/**
 * A store with the containers `a` (volatile), `b` and `c`, whose writer was killed when it had made a deletion hold;
 * @param beforehand what is done to the files before that
 */
export async function killedAfter(
  dir: string,
  deleted: Pick<Tombstone, "ids" | "bearer">,
  beforehand?: () => Promise<unknown>,
): Promise<void> {
  {
    await using store = await openContainerStore({ dir });
    for (const id of ["a", "b", "c"]) {
      await store.create({ id, volatile: id === "a", bigData: [{ key: "k", data: id }] });
    }
  }
  await beforehand?.();
  const lock = await openLockFile(path.join(dir, "containers.lock"));
  {
    await using held = await lock.lockForWriting();
    await erect(new StorePaths({ dir }), held, deleted);
  }
  await lock.close();
}

export async function withFolder(test: (dir: string) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  await test(path.join(folder.path, "store"));
}
