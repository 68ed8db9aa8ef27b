import { chmod, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { mountTmpfs, runProcess, temporaryFolder, treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../../src/open-store.ts";
import { openSound } from "../support/sound.ts";

describe("a transient store", () => {
  it("keeps its lock and its volatile records in the run folder", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "dir");
    const runDir = path.join(folder.path, "run");
    await using sound = await openSound({ dir, runDir, transient: true });
    await sound.store.create({ id: "stable" });
    await sound.store.create({ id: "volatile", volatile: true });
    expect((await readdir(dir)).sort()).toEqual(["containers.json"]);
    expect((await readdir(runDir)).sort()).toEqual(["containers.lock", "volatile-containers.json"]);
    expect(sound.store.transient).toBe(true);
  });

  it("needs a run folder", async () => {
    await using folder = await temporaryFolder();
    await expect(openContainerStore({ dir: folder.path, transient: true })).rejects.toThrow(TypeError);
  });
});

describe("a read-only store", () => {
  it("is never made", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "none");
    await expect(openContainerStore({ dir, readOnly: true })).rejects.toMatchObject({
      code: "ERR_STORE_NOT_FOUND",
    });
    expect(await readdir(folder.path)).toEqual([]);
  });

  it("refuses every change, changes nothing, and sees what others write", async () => {
    await using folder = await temporaryFolder();
    await using writer = await openSound({ dir: folder.path });
    await writer.store.create({ id: "a", names: ["one"], bigData: [{ key: "k", data: "x" }] });
    await using store = await openContainerStore({ dir: folder.path, readOnly: true });
    const before = await treeListing(folder.path);
    const refused = { code: "ERR_STORE_READ_ONLY" };
    await expect(store.create()).rejects.toMatchObject(refused);
    await expect(store.create({ bigData: [{ key: "k", data: "x" }] })).rejects.toMatchObject(refused);
    await expect(store.setNames("a", [])).rejects.toMatchObject(refused);
    await expect(store.addNames("a", ["x"])).rejects.toMatchObject(refused);
    await expect(store.removeNames("a", ["one"])).rejects.toMatchObject(refused);
    await expect(store.setMetadata("a", "x")).rejects.toMatchObject(refused);
    await expect(store.setFlag("a", "f", 1)).rejects.toMatchObject(refused);
    await expect(store.clearFlag("a", "f")).rejects.toMatchObject(refused);
    await expect(store.setBigData("a", "k", "y")).rejects.toMatchObject(refused);
    await expect(store.delete("a")).rejects.toMatchObject(refused);
    await expect(store.wipe()).rejects.toMatchObject(refused);
    await expect(store.gc()).rejects.toMatchObject(refused);
    expect((await store.gc({ dryRun: true })).removed).toEqual([]);
    expect(Buffer.from(await store.bigData("one", "k")).toString()).toBe("x");
    expect(await treeListing(folder.path)).toEqual(before);
    await writer.store.setMetadata("a", "seen");
    expect(await store.metadata("a")).toBe("seen");
  });

  it("measures an item that is not recorded, and leaves the record alone", async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "a"), { mode: 0o700 });
    await writeFile(path.join(folder.path, "a", "k"), "found");
    const record = '[{"id":"a","image":"","layer":"","created":"2024-05-06T07:08:09Z"}]';
    await writeFile(path.join(folder.path, "containers.json"), record);
    await using store = await openContainerStore({ dir: folder.path, readOnly: true });
    expect(await store.bigDataSize("a", "k")).toBe(5);
    expect(await store.bigDataDigest("a", "k")).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(await readFile(path.join(folder.path, "containers.json"), "utf8")).toBe(record);
  });

  it("is read without a lock on a medium that cannot be written, and says so", async (context) => {
    const { found: medium, reason } = await mountTmpfs(1 << 20);
    if (medium === undefined) return context.skip(reason);
    await using mounted = medium;
    const dir = path.join(mounted.path, "store");
    await mkdir(dir);
    const record = '[{"id":"a","names":["one"],"image":"","layer":"","created":"2024-05-06T07:08:09Z"}]';
    await writeFile(path.join(dir, "containers.json"), record);
    const again = await runProcess("mount", ["-o", "remount,ro", mounted.path]);
    if (again.code !== 0) return context.skip(`it cannot be made read-only: ${again.stderr}`);
    const warnings: string[] = [];
    await using store = await openContainerStore({
      dir,
      readOnly: true,
      onWarning: (warning) => warnings.push(warning),
    });
    expect(await store.lookup("one")).toBe("a");
    expect(warnings.join()).toContain("without a lock");
    await expect(openContainerStore({ dir })).rejects.toMatchObject({ code: "ERR_STORE_READ_ONLY" });
  });
});

describe("a store whose folder was removed while it is open", () => {
  it.each(["kernel", "portable"] as const)(
    "is empty, and is made anew by the next change (%s)",
    async (lock) => {
      await using folder = await temporaryFolder();
      const dir = path.join(folder.path, "store");
      await using sound = await openSound({ dir, lock });
      await sound.store.create({ id: "a" });
      await rm(dir, { recursive: true });
      expect(await sound.store.list()).toEqual([]);
      await sound.store.create({ id: "b", bigData: [{ key: "k", data: "x" }] });
      expect((await sound.store.list()).map(({ id }) => id)).toEqual(["b"]);
      expect(await sound.store.check()).toEqual([]);
    },
  );
});

describe("lock protocols", () => {
  it("belong to the store, not to who opens it", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "portable");
    await (await openContainerStore({ dir, lock: "portable" })).close();
    await using store = await openContainerStore({ dir });
    expect(store.lockProtocol).toBe("portable");
    await expect(openContainerStore({ dir, lock: "kernel" })).rejects.toMatchObject({
      code: "ERR_LOCK_PROTOCOL",
    });
  });

  it("refuses portable ones inside a containers/storage tree", async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "vfs-layers"));
    const dir = path.join(folder.path, "vfs-containers");
    await expect(openContainerStore({ dir, lock: "portable" })).rejects.toMatchObject({
      code: "ERR_LOCK_PROTOCOL",
    });
    await using store = await openContainerStore({ dir });
    expect(store.lockProtocol).toBe("kernel");
    // The name alone tells, too: whatever else belongs to the tree may be made later.
    await expect(
      openContainerStore({ dir: path.join(folder.path, "new", "overlay-containers"), lock: "portable" }),
    ).rejects.toMatchObject({ code: "ERR_LOCK_PROTOCOL" });
  });

  it("refuses a portable store that came into a containers/storage tree, whatever was asked for", async () => {
    await using folder = await temporaryFolder();
    const dir = path.join(folder.path, "own-containers");
    await (await openContainerStore({ dir, lock: "portable" })).close();
    await mkdir(path.join(folder.path, "own-layers"));
    await expect(openContainerStore({ dir })).rejects.toMatchObject({ code: "ERR_LOCK_PROTOCOL" });
  });
});

describe("modes", () => {
  it("are private, whatever the umask", async () => {
    await using folder = await temporaryFolder();
    const before = process.umask(0);
    try {
      const dir = path.join(folder.path, "store");
      await using sound = await openSound({ dir });
      await sound.store.create({ id: "a", bigData: [{ key: "????>>>", data: "x" }] });
      await sound.store.create({ id: "b", volatile: true });
      const modes = Object.fromEntries(
        (await treeListing(folder.path)).map(({ path: where, mode }) => [where, mode]),
      );
      expect(modes).toMatchObject({
        store: "0700",
        "store/a": "0700",
        "store/a/=Pz8": "0700",
        "store/a/=Pz8/Pz4+Pg==": "0600",
        "store/containers.json": "0600",
        "store/volatile-containers.json": "0600",
      });
    } finally {
      process.umask(before);
    }
  });
});

describe("a stable file without a byte", () => {
  it("is an empty store only when nobody wrote to it", async () => {
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "containers.json");
    await writeFile(file, "");
    await chmod(file, 0o600);
    const store = await openContainerStore({ dir: folder.path });
    expect(await store.list()).toEqual([]);
    await store.create({ id: "a" });
    await writeFile(file, "");
    await store.close();
    await expect(openContainerStore({ dir: folder.path })).rejects.toMatchObject({
      code: "ERR_STORE_DAMAGED",
      details: { path: file, offset: 0 },
    });
  });
});
