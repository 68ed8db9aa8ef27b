import { rename, rm, writeFile } from "node:fs/promises";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { describe, expect, it, onTestFinished } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { Follower, textsOf } from "./support/follower.ts";
import { quickFolder } from "./support/quick-folder.ts";

interface Kind {
  readonly lock?: "kernel" | "portable";
  readonly polling?: number;
  readonly readOnly?: boolean;
}

/** Runs the test with a store that has one container, and a watch on it. */
async function withWatch(
  options: Kind,
  test: (dir: string, follower: Follower) => Promise<void>,
): Promise<void> {
  await using folder = await quickFolder();
  const { lock, polling, readOnly } = options;
  const dir = path.join(folder.path, "above", "store");
  await makeStore(dir, lock, "first");
  await using store = await openContainerStore({ dir, lock: "auto", readOnly });
  await using follower = new Follower(store.watch({ polling }), await store.list());
  await changeStore(dir, "begun");
  await follower.untilTold("created begun");
  await test(dir, follower);
  // Whatever happened: in the end the watch knows what the store has.
  await using again = await openContainerStore({ dir });
  await follower.catchUp(again);
  expect(textsOf(follower.containers.values())).toEqual(textsOf(await again.list()));
}

async function makeStore(
  dir: string,
  lock: "kernel" | "portable" = "kernel",
  ...ids: string[]
): Promise<void> {
  await using store = await openContainerStore({ dir, lock });
  for (const id of ids) await store.create({ id });
}

async function changeStore(dir: string, ...ids: string[]): Promise<void> {
  await using store = await openContainerStore({ dir });
  for (const id of ids) await store.create({ id });
}

const missing = "unavailable ERR_STORE_NOT_FOUND";

const kinds: readonly (readonly [string, Kind])[] = [
  ["told by the system", {}],
  ["told by the system, portable locks", { lock: "portable" }],
  ["told by the system, read-only", { readOnly: true }],
  ["by polling", { polling: 5 }],
];

describe.each(kinds)("a store whose folder is replaced, %s", (_, options) => {
  it("by another one", async () => {
    await withWatch(options, async (dir, follower) => {
      await makeStore(`${dir}-new`, options.lock, "second");
      await rename(dir, `${dir}-old`);
      await rename(`${dir}-new`, dir);
      await follower.until(() => follower.told.includes("created second"));
      await follower.until(() => follower.told.includes("removed first"));
      // What happens to the folder that was moved away is no news.
      await changeStore(`${dir}-old`, "elsewhere");
    });
  });

  it("by nothing for a while: that is told, and not that all was removed", async () => {
    await withWatch(options, async (dir, follower) => {
      await rename(dir, `${dir}-old`);
      await follower.untilTold(missing);
      expect(existsSync(dir)).toBe(false);
      await changeStore(`${dir}-old`, "meanwhile");
      await rename(`${dir}-old`, dir);
      await follower.untilTold("created meanwhile");
      expect(follower.told).toEqual(["created begun", missing, "available", "created meanwhile"]);
    });
  });

  it("by a new one, after it was removed", async () => {
    await withWatch(options, async (dir, follower) => {
      await rm(dir, { recursive: true });
      await follower.untilTold(missing);
      expect(existsSync(dir)).toBe(false);
      await makeStore(dir, options.lock, "second");
      await follower.until(() => follower.told.includes("created second"));
      await follower.until(() => follower.told.includes("removed first"));
    });
  });

  it("together with the folder above", async () => {
    await withWatch(options, async (dir, follower) => {
      const above = path.dirname(dir);
      await rename(above, `${above}-old`);
      await follower.untilTold(missing);
      await makeStore(dir, options.lock, "second");
      await follower.until(() => follower.told.includes("created second"));
    });
  });

  // Not for portable locks, which are files in the folder: a look at that moment may make it anew (docs/watching.md).
  if (options.lock === "portable") return;

  it("again and again", async () => {
    await withWatch(options, async (dir, follower) => {
      for (let round = 0; round < 10; round += 1) {
        await makeStore(`${dir}-new`, options.lock, `round-${round}`);
        await rename(dir, `${dir}-${round}`);
        await rename(`${dir}-new`, dir);
      }
      await follower.until(() => follower.containers.has("round-9"));
      await follower.until(() => follower.containers.size === 1);
    });
  });
});

describe.each([
  ["told by the system", {}],
  ["by polling", { polling: 5 }],
])("a store that is damaged for a while, %s", (_, options) => {
  it("is told of once, and followed on", async () => {
    await withWatch(options, async (dir, follower) => {
      const file = path.join(dir, "containers.json");
      const good = readFileSync(file);
      // As a program does that writes in place. Without the lock the watch could look in between: at the file as it
      // was, with the new token, and would have no reason to look again.
      const lock = await openLockFile(path.join(dir, "containers.lock"));
      onTestFinished(() => lock.close());
      const damage = async (bytes: string): Promise<void> => {
        await using held = await lock.lockForWriting();
        held.recordWrite();
        await writeFile(file, bytes);
      };
      await damage("[{");
      await follower.untilTold("unavailable ERR_STORE_DAMAGED");
      await damage("no JSON");
      await damage("[{}");
      await writeFile(file, good);
      await follower.untilTold("available");
      expect(follower.told).toEqual(["created begun", "unavailable ERR_STORE_DAMAGED", "available"]);
    });
  });

  it("begins with the first state that can be read, when it was damaged at the call", async () => {
    await using folder = await quickFolder();
    const dir = path.join(folder.path, "store");
    await makeStore(dir, "kernel", "a");
    const file = path.join(dir, "containers.json");
    const good = readFileSync(file);
    await writeFile(file, "damage");
    await using store = await openContainerStore({ dir, acceptDamage: true });
    await using follower = new Follower(store.watch(options));
    await follower.untilTold("unavailable ERR_STORE_DAMAGED");
    await writeFile(file, good);
    await follower.untilTold("available");
    expect(follower.told).toHaveLength(2);
  });
});
