import { createHash } from "node:crypto";
import { readdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { quickFolder } from "./support/quick-folder.ts";
import type { CopyProgress } from "../src/big-data.ts";
import { openSound, type SoundStore } from "./support/sound.ts";

const digestOf = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

async function withStore(
  options: { readonly bytesPerContainer?: number; readonly lock?: "kernel" | "portable" },
  test: (opened: SoundStore, dir: string) => Promise<void>,
): Promise<void> {
  const { bytesPerContainer, lock } = options;
  await using folder = await quickFolder();
  const quota = bytesPerContainer === undefined ? undefined : { bytesPerContainer };
  await using opened = await openSound({ dir: folder.path, quota, lock });
  await opened.store.create({ id: "from", bigData: [{ key: "k", data: "0123456789" }] });
  await opened.store.create({ id: "to" });
  await test(opened, folder.path);
  // Nothing is left of what was refused.
  expect((await readdir(folder.path)).filter((name) => name.startsWith("."))).toEqual([]);
}

describe("copying an item", () => {
  it("makes another item of the same bytes, size and digest", async () => {
    await withStore({}, async ({ store }) => {
      const copied = await store.copyBigData("from", "k", "to");
      expect(copied.bigDataDigests.get("k")).toBe(digestOf("0123456789"));
      expect(copied.bigDataSizes.get("k")).toBe(10);
      await store.copyBigData("from", "k", "from", { toKey: "Another Key", verify: true });
      await store.setBigData("from", "k", "changed");
      expect(Buffer.from(await store.bigData("to", "k")).toString()).toBe("0123456789");
      expect(Buffer.from(await store.bigData("from", "Another Key")).toString()).toBe("0123456789");
      await store.copyBigData("from", "k", "to");
      expect(Buffer.from(await store.bigData("to", "k")).toString()).toBe("changed");
      expect(await store.check()).toEqual([]);
    });
  });

  it("hashes what has no digest, and finds out what is not what was recorded", async () => {
    await withStore({}, async ({ store }, dir) => {
      await writeFile(path.join(dir, "from", "stray"), "stray");
      expect((await store.copyBigData("from", "stray", "to")).bigDataDigests.get("stray")).toBe(
        digestOf("stray"),
      );
      await writeFile(path.join(dir, "from", "k"), "9876543210");
      await expect(store.copyBigData("from", "k", "to", { verify: true })).rejects.toMatchObject({
        code: "ERR_BIG_DATA_MISMATCH",
        details: { expected: digestOf("0123456789"), actual: digestOf("9876543210") },
      });
      // Unverified the copy is what the original is, and says of itself what that says: `check` finds both.
      await store.copyBigData("from", "k", "to");
      expect((await store.check()).map(({ code, id }) => [code, id])).toEqual([
        ["CHECK_BIG_DATA_ALTERED", "from"],
        ["CHECK_BIG_DATA_ALTERED", "to"],
      ]);
      // Of another size, nothing is taken over.
      await writeFile(path.join(dir, "from", "k"), "short");
      expect((await store.copyBigData("from", "k", "to")).bigDataDigests.get("k")).toBe(digestOf("short"));
    });
  });

  it("refuses what is not there, or is changed, and can be part of a transaction", async () => {
    await withStore({}, async ({ store }) => {
      const code = (name: string): object => ({ code: name });
      await expect(store.copyBigData("from", "none", "to")).rejects.toMatchObject(
        code("ERR_BIG_DATA_NOT_FOUND"),
      );
      await expect(store.copyBigData("from", "k", "none")).rejects.toMatchObject(
        code("ERR_CONTAINER_UNKNOWN"),
      );
      await expect(store.copyBigData("from", "k", "to", { toKey: "userdata" })).rejects.toMatchObject(
        code("ERR_INVALID_BIG_DATA_NAME"),
      );
      const seen = await store.get("to");
      await store.setMetadata("to", "other");
      await expect(store.copyBigData("from", "k", "to", { ifUnchanged: seen })).rejects.toMatchObject(
        code("ERR_CONTAINER_CHANGED"),
      );
      await store.transaction(async (tx) => {
        await tx.setBigData("from", "k", "pending");
        await tx.copyBigData("from", "k", "to");
      });
      expect(Buffer.from(await store.bigData("to", "k")).toString()).toBe("pending");
    });
  });
});

describe.each(["kernel", "portable"] as const)("a copy of a large item, under %s locks", (lock) => {
  it("tells how far it is", async () => {
    await withStore({ lock }, async ({ store }) => {
      const totalBytes = 20_000_001;
      await store.setBigData("from", "k", Buffer.alloc(totalBytes, "large"));
      const { bigDataDigests } = await store.get("from");
      for (const verify of [false, true]) {
        const told: CopyProgress[] = [];
        const onProgress = (progress: CopyProgress): void => void told.push(progress);
        const copied = await store.copyBigData("from", "k", "to", { verify, onProgress });
        expect(copied.bigDataDigests.get("k")).toBe(bigDataDigests.get("k"));
        expect(copied.bigDataSizes.get("k")).toBe(totalBytes);
        expect(told.at(-1)).toEqual({ bytes: totalBytes, totalBytes });
        expect(told).toEqual(told.toSorted((a, b) => a.bytes - b.bytes));
      }
      expect(await store.check()).toEqual([]);
    });
  });

  it("ends in its middle when the signal says so, or who is told, and leaves nothing", async () => {
    await withStore({ lock }, async ({ store }, dir) => {
      // So much of nothing that no system copies it in a test.
      await truncate(path.join(dir, "from", "k"), 1e12);
      const before = await store.get("to");
      const reason = new Error("enough");
      const aborting = new AbortController();
      const onProgress = ({ bytes }: CopyProgress): void => {
        if (bytes > 5_000_000) aborting.abort(reason);
      };
      const { signal } = aborting;
      await expect(store.copyBigData("from", "k", "to", { signal, onProgress })).rejects.toBe(reason);
      const told = store.copyBigData("from", "k", "to", {
        onProgress: () => {
          throw reason;
        },
      });
      await expect(told).rejects.toBe(reason);
      expect(await store.get("to")).toBe(before);
      expect(await readdir(dir)).not.toContain("to");
    });
  });
});

describe("a quota by container", () => {
  const exceeded = { code: "ERR_QUOTA_EXCEEDED", details: { limit: 15 } };

  it("refuses an item that would be too much, before anything changes", async () => {
    await withStore({ bytesPerContainer: 15 }, async ({ store }) => {
      const before = await store.get("from");
      await expect(store.setBigData("from", "more", "123456")).rejects.toMatchObject(exceeded);
      await expect(
        store.create({ id: "new", bigData: [{ key: "k", data: "0123456789abcdef" }] }),
      ).rejects.toMatchObject(exceeded);
      const two = ["a", "b"].map((key) => ({ key, data: "01234567" }));
      await expect(store.create({ id: "new", bigData: two })).rejects.toMatchObject(exceeded);
      await expect(store.copyBigData("from", "k", "from", { toKey: "copy" })).rejects.toMatchObject(exceeded);
      expect(await store.get("from")).toBe(before);
      expect(await store.exists("new")).toBe(false);
      await store.setBigData("from", "more", "12345");
      await store.setBigData("from", "k", "abcdefghij");
    });
  });

  it("ends a stream that has no end", async () => {
    await withStore({ bytesPerContainer: 15 }, async ({ store }) => {
      let isClosed = false;
      async function* endless(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield await Promise.resolve(Buffer.alloc(4));
        } finally {
          isClosed = true;
        }
      }
      await expect(store.setBigData("from", "more", endless())).rejects.toMatchObject(exceeded);
      expect(isClosed).toBe(true);
    });
  });

  it("holds when many come at the same time", async () => {
    await withStore({ bytesPerContainer: 15 }, async ({ store }) => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, count) => store.setBigData("to", `k${count}`, "0123456")),
      );
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
      const sizes = [...(await store.get("to")).bigDataSizes.values()];
      expect(sizes).toEqual([7, 7]);
    });
  });

  it("lets whoever has too much already have less, and is a number of bytes", async () => {
    await withStore({}, async (unlimited, dir) => {
      await unlimited.store.setBigData("to", "k", "0123456789abcdefghij");
      await using limited = await openSound({ dir, quota: { bytesPerContainer: 15 } });
      await expect(limited.store.setBigData("to", "k", "0123456789abcdefghij+")).rejects.toMatchObject(
        exceeded,
      );
      await limited.store.setBigData("to", "k", "0123456789abcdefghi");
      await limited.store.removeBigData("to", "k");
      for (const bytesPerContainer of [-1, 0.5, "1" as unknown as number]) {
        await expect(openSound({ dir, quota: { bytesPerContainer } })).rejects.toThrow(TypeError);
      }
    });
  });
});
