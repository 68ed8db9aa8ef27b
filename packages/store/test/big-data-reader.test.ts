import fc from "fast-check";
import { createHash } from "node:crypto";
import { readdirSync, readlinkSync } from "node:fs";
import { appendFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { describe, expect, it } from "vitest";
import type { ContainerStore } from "../src/index.ts";
import { quickFolder } from "./support/quick-folder.ts";
import { openSound } from "./support/sound.ts";

const SIZE = 600_000;
const data = Buffer.from(Array.from({ length: SIZE }, (_, at) => (at * 7) % 251));
const digest = `sha256:${createHash("sha256").update(data).digest("hex")}`;

/** As `toEqual`, which looks at each byte by itself. */
const expectData = (bytes: Uint8Array): void => expect(Buffer.compare(bytes, data)).toBe(0);

/** Files inside of a folder that this process has open. */
function openFiles(folder: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(folder) && !target.includes("containers.lock") ? [target] : [];
    } catch {
      return [];
    }
  });
}

/** A store with one container that has one item; nothing may be open at the end. */
async function withItem(test: (store: ContainerStore, file: string) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  await using opened = await openSound({ dir: folder.path });
  await opened.store.create({ id: "c", names: ["web"], bigData: [{ key: "k", data }] });
  await test(opened.store, path.join(folder.path, "c", "k"));
  expect(openFiles(folder.path)).toEqual([]);
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) {
    expect(chunk.length).toBeLessThanOrEqual(1024 * 1024);
    all.push(chunk);
  }
  return Buffer.concat(all);
}

describe("an open item", () => {
  it("is read as a web stream, a Node stream, an iterable, or at once", async () => {
    await withItem(async (store) => {
      const item = await store.openBigData("web", "k", { verify: true });
      expect(item).toMatchObject({ id: "c", key: "k", size: SIZE, digest });
      expectData(await collected(item.stream()));
      expectData(await collected((await store.openBigData("web", "k")).readable()));
      expectData(await collected(await store.openBigData("web", "k")));
      expectData(await (await store.openBigData("web", "k")).bytes());
      const through = new PassThrough();
      const reading = collected(through);
      await pipeline((await store.openBigData("web", "k")).readable(), through);
      expectData(await reading);
      expect(() => item.stream()).toThrow(TypeError);
    });
  });

  it("goes from one item to another, through both kinds of stream", async () => {
    await withItem(async (store) => {
      await store.setBigData("web", "web stream", (await store.openBigData("web", "k")).stream());
      await store.setBigData("web", "node stream", (await store.openBigData("web", "k")).readable());
      const made = await store.create({
        bigData: [{ key: "k", data: (await store.openBigData("web", "k")).stream() }],
      });
      expect(made.bigDataDigests.get("k")).toBe(digest);
      expect(await store.bigDataDigest("web", "web stream")).toBe(digest);
      expect(await store.bigDataDigest("web", "node stream")).toBe(digest);
    });
  });

  it("gives any range as a slice does", async () => {
    await withItem(async (store) => {
      const place = fc.nat({ max: SIZE + 1000 });
      await fc.assert(
        fc.asyncProperty(place, fc.option(place, { nil: undefined }), async (start, length) => {
          const end = length === undefined ? undefined : start + length;
          const item = await store.openBigData("web", "k", { start, end });
          const wanted = data.subarray(start, end);
          expect(item.size).toBe(wanted.length);
          expect(Buffer.compare(await item.bytes(), wanted)).toBe(0);
        }),
        { numRuns: 40 },
      );
    });
  });

  it("refuses what is no range, or cannot be verified", async () => {
    await withItem(async (store) => {
      for (const range of [{ start: -1 }, { start: 0.5 }, { end: Number.NaN }]) {
        await expect(store.openBigData("web", "k", range)).rejects.toThrow(TypeError);
      }
      const invalid = { code: "ERR_INVALID_ARGUMENT" };
      await expect(store.openBigData("web", "k", { start: 2, end: 1 })).rejects.toMatchObject(invalid);
      await expect(store.openBigData("web", "k", { start: 1, verify: true })).rejects.toMatchObject(invalid);
      await expect(store.openBigData("web", "none")).rejects.toMatchObject({
        code: "ERR_BIG_DATA_NOT_FOUND",
      });
    });
  });

  it("stays what it was when others replace or remove the item", async () => {
    await withItem(async (store) => {
      const first = await store.openBigData("web", "k");
      const second = await store.openBigData("web", "k", { verify: true });
      await store.setBigData("web", "k", "new");
      expectData(await first.bytes());
      await store.delete("web");
      expectData(await second.bytes());
    });
  });

  it("is closed by giving up, early or late, by the signal, and by `close`", async () => {
    await withItem(async (store) => {
      const reason = new Error("enough");
      await (await store.openBigData("web", "k")).stream().cancel();
      const reader = (await store.openBigData("web", "k")).stream().getReader();
      await reader.read();
      await reader.cancel();
      for await (const chunk of await store.openBigData("web", "k")) {
        expect(chunk.length).toBeGreaterThan(0);
        break;
      }
      (await store.openBigData("web", "k")).readable().destroy();
      const controller = new AbortController();
      const aborted = (await store.openBigData("web", "k", { signal: controller.signal }))
        .stream()
        .getReader();
      await aborted.read();
      controller.abort(reason);
      await expect(aborted.read()).rejects.toBe(reason);
      const unread = await store.openBigData("web", "k");
      await unread.close();
      await unread.close();
      await expect(unread.bytes()).rejects.toMatchObject({ code: "ERR_STORE_CLOSED" });
      // A stream that is destroyed closes what it reads in a later turn.
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    });
  });

  it("fails at its end with `verify` when it is not what is recorded", async () => {
    await withItem(async (store, file) => {
      const damaged = Buffer.from(data);
      damaged[SIZE - 1]! ^= 1;
      await writeFile(file, damaged);
      const actual = `sha256:${createHash("sha256").update(damaged).digest("hex")}`;
      const mismatch = { code: "ERR_BIG_DATA_MISMATCH", details: { expected: digest, actual, key: "k" } };
      const seen: number[] = [];
      const reading = async (): Promise<void> => {
        for await (const chunk of (await store.openBigData("web", "k", { verify: true })).stream()) {
          seen.push(chunk.length);
        }
      };
      await expect(reading()).rejects.toMatchObject(mismatch);
      expect(seen.length).toBeGreaterThan(0);
      expect(seen.reduce((sum, length) => sum + length, 0)).toBeLessThan(SIZE);
      expect(Buffer.compare(await (await store.openBigData("web", "k")).bytes(), damaged)).toBe(0);
      for (const change of [
        () => truncate(file, 0),
        () => appendFile(file, data),
        () => appendFile(file, "x"),
      ]) {
        await change();
        const other = (await store.openBigData("web", "k", { verify: true })).bytes();
        if (change.toString().includes("data")) expectData(await other);
        else await expect(other).rejects.toMatchObject({ code: "ERR_BIG_DATA_MISMATCH" });
      }
      // What is in the store is mended, so that it can be checked.
      await writeFile(file, data);
    });
  });

  it("says so when its file becomes shorter meanwhile, or nothing is recorded to verify it by", async () => {
    await withItem(async (store, file) => {
      const item = await store.openBigData("web", "k");
      await truncate(file, 10);
      await expect(item.bytes()).rejects.toMatchObject({ code: "ERR_IO" });
      await writeFile(file, data);
      const unrecorded = path.join(path.dirname(file), "stray");
      await writeFile(unrecorded, "x");
      await expect(store.openBigData("web", "stray", { verify: true })).rejects.toMatchObject({
        code: "ERR_DIGEST_UNKNOWN",
      });
      expect(Buffer.from(await (await store.openBigData("web", "stray")).bytes()).toString()).toBe("x");
    });
  });

  it("shows in a transaction what that has set", async () => {
    await withItem(async (store) => {
      await store.transaction(async (tx) => {
        await tx.setBigData("web", "k", "pending");
        const item = await tx.openBigData("web", "k", { verify: true });
        expect(Buffer.from(await item.bytes()).toString()).toBe("pending");
        await tx.removeBigData("web", "k");
        await expect(tx.openBigData("web", "k")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
      });
    });
  });
});

describe("size and digest of an item that is not recorded", () => {
  it("are measured without a change of the store, unless that is asked for", async () => {
    await withItem(async (store, file) => {
      await writeFile(path.join(path.dirname(file), "stray"), "abc");
      const abc = `sha256:${createHash("sha256").update("abc").digest("hex")}`;
      const before = await store.get("c");
      expect(await store.bigDataSize("c", "stray")).toBe(3);
      expect(await store.bigDataDigest("c", "stray")).toBe(abc);
      expect(await store.get("c")).toBe(before);
      expect(await store.bigDataDigest("c", "stray", { complete: true })).toBe(abc);
      expect((await store.get("c")).bigDataSizes.get("stray")).toBe(3);
    });
  });
});
