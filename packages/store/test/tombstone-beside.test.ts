import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { openLockFile } from "@stowage/lockfile";
import { describe, expect, it } from "vitest";
import { type ContainerStore, type ExportOptions, openContainerStore } from "../src/index.ts";
import { StorePaths } from "../src/persistence/paths.ts";
import { clear, erect } from "../src/persistence/tombstone.ts";
import { Follower } from "./support/follower.ts";
import { quickFolder } from "./support/quick-folder.ts";
import { fill, populate, withSmallDisk } from "./support/small-disk.ts";
import { assertFinished, idsIn, idsInFiles, TOMBSTONE, whileRead } from "./support/tombstones.ts";

/** A store of which a killed writer has deleted all containers but two, whose records cannot say so yet. */
interface Stage {
  readonly dir: string;
  readonly ids: readonly string[];
  readonly left: readonly string[];
  readonly deleted: readonly string[];
  /** Somebody who had it open before. */
  readonly store: ContainerStore;
  /** The killed writer at work. */
  readonly makeDeletion: () => Promise<void>;
  /** Lets go of the items and makes room: then the next one can finish it. */
  readonly makeRoom: () => Promise<void>;
}

async function onStage(test: (stage: Stage) => Promise<void>, skip: (reason: string) => void): Promise<void> {
  await withSmallDisk(async (dir, folder) => {
    await using store = await openContainerStore({ dir });
    const ids = await populate(store);
    const deleted = ids.slice(2);
    const filler = await fill(folder, 0);
    let close: () => void = () => undefined;
    const isClosed = new Promise<void>((resolve) => (close = resolve));
    const reading = whileRead(dir, ids, () => isClosed);
    const makeRoom = async (): Promise<void> => {
      close();
      await reading;
      await rm(filler, { force: true });
    };
    try {
      await test({
        dir,
        ids,
        left: ids.slice(0, 2).sort(),
        deleted,
        store,
        makeDeletion: () => killedWriter(dir, deleted),
        makeRoom,
      });
    } finally {
      await makeRoom();
    }
  }, skip);
}

async function killedWriter(dir: string, deleted: readonly string[]): Promise<void> {
  const paths = new StorePaths({ dir });
  const lock = await openLockFile(paths.lockFile);
  {
    await using held = await lock.lockForWriting();
    expect(await erect(paths, held, { ids: new Set(deleted), bearer: deleted[0]! })).toBe(true);
    await clear(paths, held);
  }
  await lock.close();
}

async function exported(store: ContainerStore, options: ExportOptions = {}): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const target = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  await store.export(target, options);
  return Buffer.concat(chunks);
}

const idsOf = (containers: Iterable<{ readonly id: string }>): string[] =>
  Array.from(containers, ({ id }) => id).sort();

describe("while a tombstone stands on a full disk, and when there is room again", () => {
  it.for([
    ["the system tells", {}, false],
    ["we look", { polling: 20 }, false],
    ["it may write nothing", {}, true],
  ] as const)("a watch tells of each deletion once: %s", async ([, how, readOnly], { skip }) => {
    await onStage(async ({ dir, deleted, left, makeDeletion, makeRoom }) => {
      await using store = await openContainerStore({ dir, readOnly });
      const start = await store.list();
      await using follower = new Follower(store.watch({ ...how, since: start }), start);
      await makeDeletion();
      const told = deleted.map((id) => `removed ${id}`).sort();
      await follower.until(() => follower.events.length >= told.length);
      // Whoever comes next cannot write it down, and one who comes then can.
      expect(await idsIn({ dir })).toEqual(left);
      await makeRoom();
      await using other = await openContainerStore({ dir });
      await follower.catchUp(other);
      expect(follower.told.slice(0, told.length).sort()).toEqual(told);
      expect(follower.told.slice(told.length)).toEqual(["created last", "removed last"]);
      await assertFinished(dir, [...left]);
    }, skip);
  });

  it("a snapshot of before has the containers, and one of after has not", async ({ skip }) => {
    await onStage(async ({ dir, ids, left, store, makeDeletion, makeRoom }) => {
      const before = await store.snapshot();
      await makeDeletion();
      const during = await store.snapshot();
      expect(idsOf(during)).toEqual(left);
      await makeRoom();
      expect(idsOf(await store.snapshot())).toEqual(left);
      await assertFinished(dir, [...left]);
      expect(idsOf(before)).toEqual([...ids].sort());
      expect(before.get(ids[5]!).id).toBe(ids[5]);
      expect(idsOf(during)).toEqual(left);
    }, skip);
  });

  it("an export has what is left, whole", async ({ skip }) => {
    await onStage(async ({ dir, ids, left, store, makeDeletion, makeRoom }) => {
      await makeDeletion();
      const archives = [await exported(store)];
      {
        await using reader = await openContainerStore({ dir, readOnly: true });
        archives.push(await exported(reader));
      }
      expect(await idsInFiles(dir)).toEqual([...ids].sort());
      await makeRoom();
      archives.push(await exported(store));
      for (const archive of archives) {
        await using folder = await quickFolder();
        await using copy = await openContainerStore({ dir: path.join(folder.path, "copy") });
        const { steps } = await copy.import([archive]);
        expect(idsOf(await copy.list())).toEqual(left);
        expect(steps.map(({ outcome }) => outcome)).toEqual(left.map(() => "created"));
        for (const id of left) expect((await copy.bigData(id, "k")).length).toBe(16_384);
      }
      await assertFinished(dir, [...left]);
    }, skip);
  });

  it("an import fails cleanly, and then brings containers back, that of the tombstone too", async ({
    skip,
  }) => {
    await onStage(async ({ dir, ids, left, deleted, store, makeDeletion, makeRoom }) => {
      const archive = await exported(store);
      await makeDeletion();
      await expect(store.import([archive], { onConflict: "skip" })).rejects.toMatchObject({
        code: "ERR_NO_SPACE",
      });
      expect(idsOf(await store.list())).toEqual(left);
      expect(await idsIn({ dir })).toEqual(left);
      expect(existsSync(path.join(dir, TOMBSTONE))).toBe(true);
      await makeRoom();
      const { steps } = await store.import([archive], { onConflict: "skip" });
      expect(
        steps
          .filter(({ outcome }) => outcome === "created")
          .map(({ id }) => id)
          .sort(),
      ).toEqual([...deleted].sort());
      for (const id of ids) expect((await store.bigData(id, "k")).length).toBe(16_384);
      await assertFinished(dir, [...ids].sort());
    }, skip);
  });

  it("check and gc find nothing but the deletion, and repair waits for room", async ({ skip }) => {
    await onStage(async ({ dir, left, store, makeDeletion, makeRoom }) => {
      await makeDeletion();
      const codes = async (): Promise<string[]> =>
        (await store.check({ data: true })).map(({ code }) => code);
      expect(await codes()).toEqual(["CHECK_COMMIT_UNFINISHED"]);
      expect(existsSync(path.join(dir, TOMBSTONE))).toBe(true);
      // The folders of the deleted ones are no garbage, but go with the deletion.
      for (const dryRun of [true, false])
        expect(await store.gc({ dryRun, minAge: 0 })).toEqual({ removed: [], kept: [], bytes: 0, dryRun });
      expect((await readdir(dir)).filter((name) => name.length === 64).sort()).toEqual(left);
      expect(await codes()).toEqual(["CHECK_COMMIT_UNFINISHED"]);
      await expect(store.repair()).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
      expect((await store.repair({ dryRun: true })).steps.map(({ outcome }) => outcome)).toEqual(["planned"]);
      expect(idsOf(await store.list())).toEqual(left);
      await makeRoom();
      expect(await codes()).toEqual(["CHECK_COMMIT_UNFINISHED"]);
      expect((await store.repair()).steps.map(({ outcome }) => outcome)).toEqual(["repaired"]);
      expect(await codes()).toEqual([]);
      await assertFinished(dir, [...left]);
    }, skip);
  });
});

describe("while there is room for a part of what would record the deletion", () => {
  it.for([0, 1, 2, 3, 4, 5, 6])("everybody can go on reading: %i free pages", async (pages, { skip }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir });
      const ids = await populate(store);
      await fill(folder, pages * 4096);
      await whileRead(dir, ids, async () => {
        await killedWriter(dir, ids);
        await using other = await openContainerStore({ dir });
        for (const each of [store, other, store, other]) expect(await each.list()).toEqual([]);
        expect(await idsIn({ dir, readOnly: true })).toEqual([]);
      });
    }, skip);
  });
});
