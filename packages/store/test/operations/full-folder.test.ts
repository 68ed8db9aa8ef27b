import { existsSync, linkSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readdir, statfs } from "node:fs/promises";
import path from "node:path";
import { type HeldWriteLock, openLockFile } from "@stowage/lockfile";
import { mountExt4 } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { Removal } from "../../src/persistence/removal.ts";
import { fill, withSmallDisk } from "../support/small-disk.ts";
import { takeOver } from "../support/take-over.ts";

const DATA = 64 * 1024;

interface Scene {
  readonly dir: string;
  /** A data folder with some big data. */
  readonly folder: string;
  readonly held: HeldWriteLock;
  readonly removal: Removal;
  readonly freeBytes: () => Promise<number>;
}

/** A full disk, and a store's folder whose own block takes no further name. */
async function withFullFolder(
  protocol: "kernel" | "portable",
  test: (scene: Scene) => Promise<void>,
  skip: (reason: string) => void,
): Promise<void> {
  await withSmallDisk(
    async (dir, root) => {
      mkdirSync(dir);
      const lock = await openLockFile(path.join(dir, "containers.lock"), { protocol });
      // So its folders are there.
      await (await lock.lockForWriting()).release();
      const folder = path.join(dir, "a");
      mkdirSync(folder);
      writeFileSync(path.join(folder, "item"), Buffer.alloc(DATA));
      await fill(root, 0);
      fillNames(dir, root);
      const held = await lock.lockForWriting();
      const warned: string[] = [];
      const removal = new Removal(folder, { dir }, (text) => warned.push(text));
      const freeBytes = async (): Promise<number> => {
        const { bavail, bsize } = await statfs(root);
        return bavail * bsize;
      };
      await test({ dir, folder, held, removal, freeBytes });
      await held.release();
      await lock.close();
      expect(existsSync(folder)).toBe(false);
      expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
      expect(await freeBytes()).toBeGreaterThanOrEqual(DATA);
      expect(warned).toEqual([]);
    },
    skip,
    mountExt4,
  );
}

/** Names take the room that the folder has, but no inodes. */
function fillNames(dir: string, root: string): void {
  for (const length of [200, 20, 3]) {
    expect(() => {
      for (let n = 0; n < 1_000; n += 1)
        linkSync(path.join(root, "filler"), path.join(dir, `${n}`.padEnd(length, "-")));
    }).toThrow("ENOSPC");
  }
}

describe("a store's folder without room for a name", () => {
  it.for(["kernel", "portable"] as const)(
    "lets data be removed to make room, at once: %s locks",
    async (lock, { skip }) => {
      await withFullFolder(
        lock,
        async ({ held, removal, freeBytes }) => {
          expect(await freeBytes()).toBeLessThan(DATA);
          await removal.freeSpace(held);
          expect(await freeBytes()).toBeGreaterThanOrEqual(DATA);
          expect(removal.isGone).toBe(true);
        },
        skip,
      );
    },
  );

  it("lets data of which no record speaks any more go with the staging folder", async ({ skip }) => {
    await withFullFolder(
      "portable",
      async ({ held, removal }) => {
        removal.setAside(held);
        await removal.finish();
      },
      skip,
    );
  });

  it.for([1, 2, 3])(
    "has a writer remove nothing that another one has made who took its lock over after look %i",
    async (at, { skip }) => {
      await withFullFolder(
        "portable",
        async ({ dir, folder, held, removal }) => {
          const theirs = path.join(folder, "theirs");
          let looks = 0;
          const robbed = robbedAfter(held, () => {
            looks += 1;
            if (looks !== at) return;
            takeOver(path.join(dir, "containers.lock"), held);
            mkdirSync(folder, { recursive: true });
            linkSync(path.join(dir, "..", "filler"), theirs);
          });
          await removal.freeSpace(robbed).catch((error: unknown) => {
            expect(error).toMatchObject({ code: "ERR_LOCK_COMPROMISED" });
          });
          if (looks < at) return;
          expect(existsSync(theirs)).toBe(true);
          rmSync(folder, { recursive: true });
        },
        skip,
      );
    },
  );
});

/** A lock that is lost right after somebody looked whether it is held. */
function robbedAfter(held: HeldWriteLock, look: () => void): HeldWriteLock {
  return new Proxy(held, {
    get(_, name) {
      const value: unknown = Reflect.get(held, name, held);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const result: unknown = (value as (...all: unknown[]) => unknown).apply(held, args);
        if (name === "assertHeld") look();
        return result;
      };
    },
  });
}
