import fc from "fast-check";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { PassThrough } from "node:stream";
import { pack } from "tar-stream";
import { describe, expect, it } from "vitest";
import type { ContainerStore } from "../../src/index.ts";
import { archiveOf, contentsOf, exported, headerOf, lineOf, tarOf } from "../support/archives.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { openSound } from "../support/sound.ts";

/** A store inside of a folder in which nothing else may appear. */
async function withStore(test: (store: ContainerStore) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "store");
  {
    await using opened = await openSound({ dir });
    await test(opened.store);
    expect(await opened.store.check()).toEqual([]);
  }
  expect(await readdir(folder.path)).toEqual(["store"]);
  expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
}

const damagedArchive = { code: "ERR_ARCHIVE_DAMAGED" };

describe("an archive that no export wrote", () => {
  it("is an honest one when it is made by hand", async () => {
    await withStore(async (store) => {
      await store.import([
        await archiveOf([headerOf(1), ["containers.ndjson", lineOf("c", "data")], ["data/1/1", "data"]]),
      ]);
      expect(Buffer.from(await store.bigData("c", "k")).toString()).toBe("data");
    });
  });

  it.each([
    ["nothing", []],
    ["no list", [headerOf(0)]],
    ["other names", [["../../etc/passwd", "x"]]],
    ["an absolute path", [headerOf(0), ["/containers.ndjson", ""]]],
    ["another version", [["stowage-export.json", '{"format":"stowage-export","version":2,"containers":0}']]],
    ["a header that is none", [["stowage-export.json", "null"]]],
    ["other counts", [headerOf(2), ["containers.ndjson", lineOf("c", "data")], ["data/1/1", "data"]]],
    ["lines that are none", [headerOf(1), ["containers.ndjson", "{]"]]],
    [
      "a record that is none",
      [headerOf(1), ["containers.ndjson", '{"volatile":false,"items":[],"record":7}']],
    ],
    ["a line without a record", [headerOf(1), ["containers.ndjson", '{"volatile":false}']]],
    ["items that are none", [headerOf(1), ["containers.ndjson", lineOf("c", "data", { size: -1 })]]],
    [
      "a digest that is none",
      [headerOf(1), ["containers.ndjson", lineOf("c", "data", { digest: "sha256:x" })]],
    ],
    ["another path", [headerOf(1), ["containers.ndjson", lineOf("c", "data", { path: "../../c/k" })]]],
    ["other bytes", [headerOf(1), ["containers.ndjson", lineOf("c", "data")], ["data/1/1", "atad"]]],
    ["fewer bytes", [headerOf(1), ["containers.ndjson", lineOf("c", "data")], ["data/1/1", "dat"]]],
    ["no bytes", [headerOf(1), ["containers.ndjson", lineOf("c", "data")]]],
    ["more files", [headerOf(0), ["containers.ndjson", ""], ["data/1/1", "x"]]],
  ] as const)("is refused for %s, and nothing comes in", async (_what, files) => {
    await withStore(async (store) => {
      const archive = await archiveOf(files);
      await expect(store.import([archive])).rejects.toMatchObject(damagedArchive);
      expect(await store.list()).toEqual([]);
    });
  });

  it.each(["..", ".", "a/b", "containers.json", ".stowage-held-1", ""])(
    "cannot bring in the id %j",
    async (id) => {
      await withStore(async (store) => {
        const files = [headerOf(1), ["containers.ndjson", lineOf(id, "data")], ["data/1/1", "data"]] as const;
        await expect(store.import([await archiveOf(files)])).rejects.toMatchObject({
          code: "ERR_INVALID_ID",
        });
        expect(await store.list()).toEqual([]);
      });
    },
  );

  it.each(["..", "userdata", "a/"])("cannot bring in an item under the key %j", async (key) => {
    await withStore(async (store) => {
      const files = [
        headerOf(1),
        ["containers.ndjson", lineOf("c", "data", { key })],
        ["data/1/1", "data"],
      ] as const;
      await expect(store.import([await archiveOf(files)])).rejects.toMatchObject({
        code: "ERR_INVALID_BIG_DATA_NAME",
      });
      expect(await store.list()).toEqual([]);
    });
  });

  it("has files only: no links, no folders, no devices", async () => {
    await withStore(async (store) => {
      for (const type of ["symlink", "link", "directory", "character-device", "fifo"] as const) {
        const archive = pack();
        archive.entry({ name: "stowage-export.json", type, linkname: "/etc/passwd" });
        archive.finalize();
        await expect(store.import(archive as AsyncIterable<Uint8Array>)).rejects.toMatchObject(
          damagedArchive,
        );
      }
    });
  });

  it("is refused although its source goes on, and that is closed; what the source says of itself comes through", async () => {
    await withStore(async (store) => {
      const whole = await archiveOf([
        headerOf(1),
        ["containers.ndjson", lineOf("c", "data")],
        ["data/1/1", "data"],
      ]);
      const open = new PassThrough();
      open.write(Buffer.alloc(2048, "x"));
      await expect(store.import(open)).rejects.toMatchObject(damagedArchive);
      expect(open.destroyed).toBe(true);
      const failure = new Error("the network is gone");
      // The last is within the data. A container that was read whole comes in, whatever follows.
      for (const at of [100, 700, 1600, 2562]) {
        async function* failing(): AsyncGenerator<Uint8Array> {
          yield await Promise.resolve(whole.subarray(0, at));
          throw failure;
        }
        await expect(store.import(failing())).rejects.toBe(failure);
      }
      expect(await store.list()).toEqual([]);
    });
  });

  it("ends with a manifest that agrees", async () => {
    await withStore(async (store) => {
      const header = { path: "stowage-export.json", bytes: Buffer.from(headerOf(0)[1]) };
      const list = { path: "containers.ndjson", bytes: Buffer.alloc(0) };
      for (const manifest of ["", "{}\n"]) {
        const archive = await tarOf([
          header,
          list,
          { path: "manifest.ndjson", bytes: Buffer.from(manifest) },
        ]);
        await expect(store.import([archive])).rejects.toMatchObject(damagedArchive);
      }
    });
  });

  it("may not bring in more than the quota", async () => {
    await using folder = await quickFolder();
    await using opened = await openSound({ dir: folder.path, quota: { bytesPerContainer: 3 } });
    const files = [headerOf(1), ["containers.ndjson", lineOf("c", "data")], ["data/1/1", "data"]] as const;
    await expect(opened.store.import([await archiveOf(files)])).rejects.toMatchObject({
      code: "ERR_QUOTA_EXCEEDED",
    });
  });
});

describe("an archive that was cut off, or changed on its way", () => {
  it("brings nothing in of a list that was changed, though it can be read", async () => {
    await using folder = await quickFolder();
    await using from = await openSound({ dir: folder.path });
    await from.store.create({ id: "ab".repeat(32), bigData: [{ key: "k", data: "x" }] });
    const { bytes } = await exported(from.store);
    const changed = Buffer.from(bytes.toString("latin1").replace('"id":"abab', '"id":"aBab'), "latin1");
    await withStore(async (store) => {
      await expect(store.import([changed])).rejects.toMatchObject(damagedArchive);
      expect(await store.list()).toEqual([]);
    });
  });

  it("gives only whole containers, and the rest when it is there as a whole", async () => {
    await using folder = await quickFolder();
    await using from = await openSound({ dir: folder.path });
    for (const name of ["a", "b", "c"]) {
      await from.store.create({
        names: [name],
        bigData: ["k1", "k2"].map((key) => ({ key, data: name.repeat(2000) })),
      });
    }
    const whole = await contentsOf(from.store);
    const { bytes } = await exported(from.store);
    // Two blocks of zeros end a tar file; they say nothing that the manifest does not say.
    const anywhere = fc.nat({ max: bytes.length - 1025 });
    await fc.assert(
      fc.asyncProperty(anywhere, fc.boolean(), async (at, isCut) => {
        await withStore(async (store) => {
          const changed = isCut ? bytes.subarray(0, at) : Buffer.from(bytes);
          if (!isCut) changed[at]! ^= 0x20;
          // A changed byte in the padding or in a header's unused fields changes nothing.
          const outcome = await store.import([changed]).then(
            () => "whole",
            (error: { code: string }) => error.code,
          );
          expect(["whole", "ERR_ARCHIVE_DAMAGED", "ERR_STORE_DAMAGED"].slice(isCut ? 1 : 0)).toContain(
            outcome,
          );
          const contents = await contentsOf(store);
          expect(contents.every((line) => whole.includes(line))).toBe(true);
          if (outcome === "whole") expect(contents).toEqual(whole);
          await store.import([bytes]);
          expect(await contentsOf(store)).toEqual(whole);
        });
      }),
      { numRuns: 60 },
    );
  });
});
