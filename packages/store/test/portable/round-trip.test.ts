import { execFileSync } from "node:child_process";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable, Writable } from "node:stream";
import { WritableStream } from "node:stream/web";
import { describe, expect, it } from "vitest";
import { openContainerStore, type TransferProgress } from "../../src/index.ts";
import { contentsOf, exported } from "../support/archives.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { openSound, type SoundStore } from "../support/sound.ts";

/** Records as other programs may have written them: all that our own `create` does not make. */
const odd = [
  `{"id":"odd","names":["päth/with \\"quotes\\""],"image":"","layer":"","metadata":"{}","big-data-sizes":{"gone":9223372036854775807},"created":"2024-02-29T23:59:59.999999999+14:00","uidmap":[{"container_id":0,"host_id":9007199254740993,"size":1}],"flags":{"__proto__":{"__proto__":1},"f":1e+21},"__proto__":{"deep":[ 1,\n 2 ]},"future":"\\u2028"}`,
  `{"id":"none","image":"","layer":"","created":"0001-01-01T00:00:00Z"}`,
];

/** What `check` says of the first of them. */
const UNLISTED = ["CHECK_BIG_DATA_UNLISTED"];

async function withStores(
  test: (from: SoundStore, to: SoundStore, dir: string) => Promise<void>,
): Promise<void> {
  await using folder = await quickFolder();
  const dir = path.join(folder.path, "from");
  await mkdir(dir, { mode: 0o700 });
  await writeFile(path.join(dir, "containers.json"), `[${odd.join(",")}]`, { mode: 0o600 });
  await using from = await openSound({ dir });
  await using to = await openSound({ dir: path.join(folder.path, "to") });
  await from.store.create({
    names: ["web"],
    flags: { tier: "front" },
    bigData: [
      { key: "config", data: "c" },
      { key: "../Odd Key\n", data: Buffer.alloc(700_000, "x") },
      { key: "empty", data: "" },
    ],
  });
  await from.store.create({ names: ["short"], volatile: true, bigData: [{ key: "k", data: "v" }] });
  await test(from, to, folder.path);
  for (const name of ["from", "to"]) {
    expect((await readdir(path.join(folder.path, name))).filter((each) => each.startsWith("."))).toEqual([]);
  }
}

describe("export and import", () => {
  it("bring everything over, byte for byte", async () => {
    await withStores(async (from, to) => {
      const { bytes, result } = await exported(from.store);
      expect(result).toEqual({ containers: 4, bytes: 700_002, missing: [] });
      const { steps, bytes: stored } = await to.store.import([bytes]);
      expect(steps.map(({ outcome }) => outcome)).toEqual(["created", "created", "created", "created"]);
      expect(stored).toBe(700_002);
      expect(await contentsOf(to.store)).toEqual(await contentsOf(from.store));
      // Twice the same store gives the same archive, and what is there is left alone.
      expect((await exported(to.store)).bytes.equals(bytes)).toBe(true);
      const again = await to.store.import([bytes]);
      expect(again.steps.every(({ outcome }) => outcome === "unchanged")).toBe(true);
      expect((await to.store.check()).map(({ code }) => code)).toEqual(UNLISTED);
    });
  });

  it("go through files and both kinds of streams, however the bytes are cut", async () => {
    await withStores(async (from, to, dir) => {
      const file = path.join(dir, "archive.tar");
      await from.store.export(createWriteStream(file));
      const { bytes } = await exported(from.store);
      const chunks: Uint8Array[] = [];
      await from.store.export(new WritableStream<Uint8Array>({ write: (chunk) => void chunks.push(chunk) }));
      expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
      await to.store.import(createReadStream(file, { highWaterMark: 777 }));
      await to.store.import(new Blob([bytes]).stream());
      await to.store.import(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]));
      expect(await contentsOf(to.store)).toEqual(await contentsOf(from.store));
      // Any tar program can list it.
      const listing = execFileSync("tar", ["-tf", file], { encoding: "utf8" }).trim().split("\n");
      expect(listing).toEqual([
        "stowage-export.json",
        "containers.ndjson",
        ...["data/3/1", "data/3/2", "data/3/3", "data/4/1"],
        "manifest.ndjson",
      ]);
    });
  });

  it("take what the filter says, and tell how far they are", async () => {
    await withStores(async (from, to) => {
      const seen: TransferProgress[] = [];
      const { bytes, result } = await exported(from.store, {
        filter: ({ names }) => names.includes("web") || names.includes("short"),
        onProgress: (progress) => seen.push(progress),
      });
      expect(result.containers).toBe(2);
      expect(seen.at(-1)).toEqual({ containers: 2, bytes: 700_002, totalContainers: 2, totalBytes: 700_002 });
      // Between the pieces of an item, too.
      const told = seen.map((progress) => progress.bytes);
      expect(told).toEqual(told.toSorted((one, other) => one - other));
      expect(told.filter((so) => so > 0 && so < 700_000).length).toBeGreaterThan(0);
      seen.length = 0;
      const { steps } = await to.store.import([bytes], {
        filter: ({ volatile }) => volatile,
        onProgress: (progress) => seen.push(progress),
      });
      const last = seen.at(-1);
      expect(last).toMatchObject({ containers: 1, totalContainers: 1, bytes: last?.totalBytes });
      expect(steps).toHaveLength(1);
      expect((await to.store.list()).map(({ names }) => names)).toEqual([["short"]]);
    });
  });

  it("take filters in the language of all others", async () => {
    await withStores(async (from, to) => {
      const { result } = await exported(from.store, { filter: ["name=^(web|short)$", "volatile=false"] });
      expect(result.containers).toBe(1);
      const { bytes } = await exported(from.store, { filter: { not: { id: "none" } }, format: "ndjson" });
      expect(bytes.toString().trimEnd().split("\n")).toHaveLength(3);
      // Of an import they speak of what is in the archive.
      const { bytes: all } = await exported(from.store);
      const { steps } = await to.store.import([all], { filter: "since=odd" });
      expect(steps).toHaveLength(2);
      expect((await to.store.list()).map(({ names }) => names[0])).toEqual(["web", "short"]);
      await expect(exported(from.store, { filter: "colour=red" })).rejects.toMatchObject({
        code: "ERR_UNKNOWN_FILTER",
      });
      await expect(to.store.import([all], { filter: "before=nobody" })).rejects.toMatchObject({
        code: "ERR_CONTAINER_UNKNOWN",
      });
      expect(await to.store.list()).toHaveLength(2);
    });
  });

  it("are waited for by close", async () => {
    await withStores(async (_from, _to, dir) => {
      const store = await openContainerStore({ dir: path.join(dir, "from") });
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      let taken = 0;
      const slow = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          taken += chunk.length;
          void gate.then(() => done());
        },
      });
      const result = store.export(slow);
      while (taken === 0) await new Promise((resolve) => setImmediate(resolve));
      let isClosed = false;
      const closed = store.close().then(() => (isClosed = true));
      await new Promise((resolve) => setImmediate(resolve));
      expect(isClosed).toBe(false);
      open();
      expect((await result).containers).toBe(4);
      await closed;
    });
  });

  it("carry records alone as lines", async () => {
    await withStores(async (from, to) => {
      const { bytes } = await exported(from.store, { format: "ndjson" });
      const lines = bytes.toString().trimEnd().split("\n");
      expect(lines).toHaveLength(4);
      expect(lines.map((line) => (JSON.parse(line) as { volatile: boolean }).volatile)).toEqual([
        ...[false, false, false, true],
      ]);
      await to.store.import([bytes]);
      // Records that come without data say of none.
      expect((await to.store.list()).map(({ id }) => id)).toEqual(
        (await from.store.list()).map(({ id }) => id),
      );
      expect((await to.store.get("web")).bigDataNames).toEqual([]);
      expect((await to.store.get("odd")).unknownFields).toEqual((await from.store.get("odd")).unknownFields);
      expect(await to.store.check()).toEqual([]);
      const { steps } = await to.store.import([bytes]);
      expect(steps.every(({ outcome }) => outcome === "unchanged")).toBe(true);
    });
  });

  it("tell of items that have no file, and refuse those that are not what is recorded", async () => {
    await withStores(async (from, _to, dir) => {
      const { id } = await from.store.create({ bigData: [{ key: "k", data: "right" }] });
      const file = path.join(dir, "from", id, "k");
      for (const wrong of ["wrong", "longer"]) {
        await writeFile(file, wrong);
        await expect(exported(from.store)).rejects.toMatchObject({ code: "ERR_BIG_DATA_MISMATCH" });
      }
      await rm(file);
      expect((await exported(from.store)).result.missing).toEqual([{ id, key: "k" }]);
      await from.store.removeBigData(id, "k");
      await from.store.setBigData("web", "config", "c");
      // Without second names, which a read-only store cannot have; both as they come from the disk.
      const exports: Buffer[] = [];
      for (const readOnly of [true, false]) {
        await using opened = await openSound({ dir: path.join(dir, "from"), readOnly });
        exports.push((await exported(opened.store)).bytes);
      }
      expect(exports[0]!.equals(exports[1]!)).toBe(true);
    });
  });

  it("end when they are told to, and leave nothing", async () => {
    await withStores(async (from, to) => {
      const reason = new Error("enough");
      const aborting = (): { signal: AbortSignal; onProgress: () => void } => {
        const controller = new AbortController();
        return { signal: controller.signal, onProgress: () => controller.abort(reason) };
      };
      await expect(exported(from.store, aborting())).rejects.toBe(reason);
      const { bytes } = await exported(from.store);
      await expect(to.store.import([bytes], aborting())).rejects.toBe(reason);
      const hanging = new Readable({ read: () => undefined });
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 5);
      await expect(to.store.import(hanging, { signal: controller.signal })).rejects.toBe(reason);
      expect(hanging.destroyed).toBe(true);
      const failure = new Error("no more");
      await expect(
        exported(from.store, {
          onProgress: () => {
            throw failure;
          },
        }),
      ).rejects.toBe(failure);
    });
  });

  it("hold what they read in a folder, which garbage collection finds when it is left", async () => {
    await withStores(async (from, _to, dir) => {
      const left = path.join(dir, "from", ".stowage-held-0123");
      await mkdir(left, { mode: 0o700 });
      await writeFile(path.join(left, "1"), "data");
      expect((await from.store.gc()).removed).toEqual([]);
      expect((await from.store.check()).map(({ code }) => code)).toEqual(UNLISTED);
      const old = new Date(Date.now() - 25 * 60 * 60 * 1000);
      await utimes(left, old, old);
      expect((await from.store.check()).map(({ code }) => code)).toEqual([
        ...UNLISTED,
        "CHECK_FOLDER_SET_ASIDE",
      ]);
      expect((await from.store.gc()).removed.map(({ path: place }) => place)).toEqual([".stowage-held-0123"]);
    });
  });
});
