import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { openAtomicWriter } from "@stowage/atomic-file";
import { openLockFile } from "@stowage/lockfile";
import { expect, it } from "vitest";
import { openContainerStore } from "../../src/index.ts";
import { Memory } from "../../src/persistence/memory.ts";
import { StorePaths } from "../../src/persistence/paths.ts";
import { WriteSession } from "../../src/persistence/write-session.ts";
import { quickFolder } from "../support/quick-folder.ts";

/** More than are put in place together. */
const KEYS = Array.from({ length: 20 }, (_, at) => `k${at}`);

it("a deletion on a full disk is not tried again once items that are saved with it are in place", async () => {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "store");
  {
    await using store = await openContainerStore({ dir, lock: "kernel" });
    await store.create({ id: "a", bigData: KEYS.map((key) => ({ key, data: "old" })) });
    await store.create({ id: "b", bigData: [{ key: "k", data: "precious" }] });
  }
  const contents = (): string[] => KEYS.map((key) => readFileSync(path.join(dir, "a", key), "utf8"));
  const lock = await openLockFile(path.join(dir, "containers.lock"));
  const held = await lock.lockForWriting();
  let isFull = false;
  const full = new Proxy(held, {
    get(_, name) {
      const value: unknown = Reflect.get(held, name, held);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        // The disk is full as soon as the first of them is in its place, for a moment.
        if (name === "assertHeld" && !isFull && contents().includes("new")) {
          isFull = true;
          throw Object.assign(new Error("ENOSPC: no space left on device, rename"), { code: "ENOSPC" });
        }
        return (value as (...all: unknown[]) => unknown).apply(held, args);
      };
    },
  });
  const paths = new StorePaths({ dir });
  const warned: string[] = [];
  const memory = new Memory(paths, { readOnly: false, warn: (text) => warned.push(text) });
  await memory.refreshForWriting(full);
  const session = new WriteSession(full, memory, paths, (text) => warned.push(text));
  for (const key of KEYS) {
    const writer = await openAtomicWriter({ stagingFolder: dir });
    await writer.write("new");
    await session.placeItem(writer, "a", key);
  }
  session.replace(session.catalog.byId("a")!);
  session.takeTouched();
  session.remove(session.catalog.byId("b")!);
  session.removeData("b");
  session.takeTouched();

  await expect(session.save()).rejects.toMatchObject({ code: "ENOSPC" });
  expect(isFull).toBe(true);
  expect(contents()).toEqual(KEYS.map(() => "old"));
  expect(await readFile(path.join(dir, "b", "k"), "utf8")).toBe("precious");
  await held.release();
  await lock.close();
  expect(existsSync(paths.tombstone)).toBe(false);
  expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
  await using store = await openContainerStore({ dir });
  expect(await store.check({ data: true })).toEqual([]);
  expect(warned).toEqual([]);
});
