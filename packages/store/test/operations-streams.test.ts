import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { quickFolder } from "./support/quick-folder.ts";
import { openSound, type SoundStore } from "./support/sound.ts";

const CHUNK = 64 * 1024;

async function* chunks(count: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at += 1) {
    await Promise.resolve();
    yield Buffer.alloc(CHUNK, at);
  }
}

/** A store with one container that has one item. */
async function withStore(test: (opened: SoundStore, dir: string) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  await using opened = await openSound({ dir: folder.path });
  await opened.store.create({ id: "c", bigData: [{ key: "k", data: "old" }] });
  await test(opened, folder.path);
  expect((await readdir(folder.path)).sort()).toEqual(["c", "containers.json", "containers.lock"]);
  expect(await opened.store.check()).toEqual([]);
}

describe("an item that comes as a stream", () => {
  it("is stored as it comes, with size and digest of its bytes", async () => {
    await withStore(async ({ store }) => {
      const hash = createHash("sha256");
      for await (const chunk of chunks(50)) hash.update(chunk);
      const record = await store.setBigData("c", "large", chunks(50));
      expect(record.bigDataSizes.get("large")).toBe(50 * CHUNK);
      expect(record.bigDataDigests.get("large")).toBe(`sha256:${hash.digest("hex")}`);
      expect(await store.bigData("c", "large")).toHaveLength(50 * CHUNK);
      expect((await store.setBigData("c", "empty", chunks(0))).bigDataSizes.get("empty")).toBe(0);
    });
  });

  it("leaves everything as it was when the source fails, or gives what are no bytes", async () => {
    await withStore(async ({ store }) => {
      const before = await store.get("c");
      const failure = new Error("the source failed");
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield* chunks(3);
        throw failure;
      }
      await expect(store.setBigData("c", "k", failing())).rejects.toThrow(failure);
      async function* odd(): AsyncGenerator<Uint8Array> {
        yield* chunks(1);
        yield 7 as unknown as Uint8Array;
      }
      await expect(store.setBigData("c", "k", odd())).rejects.toThrow(TypeError);
      await expect(store.setBigData("c", "k", 7 as unknown as string)).rejects.toThrow(TypeError);
      expect(await store.get("c")).toBe(before);
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("old");
    });
  });

  it("is closed when the call is refused before it is read", async () => {
    await withStore(async ({ store }) => {
      const stream = (): Readable => Readable.from(chunks(3));
      const refusals: [string, (data: Readable) => Promise<unknown>][] = [
        ["ERR_CONTAINER_UNKNOWN", (data) => store.setBigData("nobody", "k", data)],
        ["ERR_INVALID_BIG_DATA_NAME", (data) => store.setBigData("c", "..", data)],
        ["ERR_DUPLICATE_ID", (data) => store.create({ id: "c", bigData: [{ key: "k", data }] })],
        ["ERR_INVALID_ID", (data) => store.create({ id: "..", bigData: [{ key: "k", data }] })],
      ];
      for (const [code, refused] of refusals) {
        const source = stream();
        await expect(refused(source)).rejects.toMatchObject({ code });
        expect(source.destroyed).toBe(true);
      }
      let cancelled: unknown;
      const web = new ReadableStream<Uint8Array>({ cancel: (reason) => void (cancelled = reason) });
      await expect(store.setBigData("nobody", "k", web)).rejects.toThrow();
      expect(cancelled).toMatchObject({ code: "ERR_CONTAINER_UNKNOWN" });
    });
  });

  it("keeps nobody waiting, however slow its source is", async () => {
    await withStore(async ({ store }) => {
      let goOn = (): void => undefined;
      const gate = new Promise<void>((resolve) => (goOn = resolve));
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield* chunks(1);
        await gate;
        yield* chunks(1);
      }
      const work = store.setBigData("c", "k", slow());
      for (let count = 0; count < 5; count += 1) await store.setMetadata("c", `m${count}`);
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("old");
      goOn();
      expect((await work).bigDataSizes.get("k")).toBe(2 * CHUNK);
      expect(await store.metadata("c")).toBe("m4");
    });
  });

  it("is given up when it is told so, also while its source hangs", async () => {
    await withStore(async ({ store }) => {
      const reason = new Error("enough");
      for (const when of ["at once", "later"] as const) {
        const controller = new AbortController();
        async function* hanging(): AsyncGenerator<Uint8Array> {
          yield* chunks(1);
          if (when === "later") setTimeout(() => controller.abort(reason), 5);
          await new Promise(() => undefined);
        }
        if (when === "at once") controller.abort(reason);
        await expect(store.setBigData("c", "k", hanging(), { signal: controller.signal })).rejects.toBe(
          reason,
        );
      }
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("old");
    });
  });

  it("is nobody's when its container goes meanwhile", async () => {
    await withStore(async ({ store }) => {
      await store.create({ id: "short-lived" });
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield* chunks(1);
        await store.delete("short-lived");
        await sleep(0);
        yield* chunks(1);
      }
      await expect(store.setBigData("short-lived", "k", slow())).rejects.toMatchObject({
        code: "ERR_CONTAINER_UNKNOWN",
      });
    });
  });

  it("goes to the container that has the id, when its name moves on meanwhile", async () => {
    await withStore(async ({ store }) => {
      await store.create({ id: "d", names: ["moving"] });
      async function* slow(): AsyncGenerator<Uint8Array> {
        await store.setNames("d", []);
        await store.addNames("c", ["moving"]);
        yield* chunks(1);
      }
      // The reference is looked up when the item is stored: whoever has the name then gets it.
      await store.setBigData("moving", "named", slow());
      expect(await store.bigDataNames("c")).toEqual(["k", "named"]);
      expect(await store.bigDataNames("d")).toEqual([]);
      await store.delete("d");
    });
  });

  it("does not mix with others that come at the same time", async () => {
    await withStore(async ({ store }) => {
      const counts = Array.from({ length: 20 }, (_, count) => count);
      await Promise.all(counts.map((count) => store.setBigData("c", `k${count}`, chunks(count % 4))));
      for (const count of counts) {
        expect(await store.bigData("c", `k${count}`)).toHaveLength((count % 4) * CHUNK);
      }
      await Promise.all(counts.map((count) => store.setBigData("c", "same", Buffer.alloc(count + 1, count))));
      const last = await store.bigData("c", "same");
      expect([...last]).toEqual(Array.from(last, () => last.length - 1));
      expect(await store.bigDataSize("c", "same")).toBe(last.length);
    });
  });
});
