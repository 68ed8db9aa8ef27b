import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Improvement, improvements } from "./support/improvements.ts";
import { bothOrders, refusedKey, textOf, together } from "./support/refused-keys.ts";
import { withPlace } from "./support/place.ts";
import { openSound } from "./support/sound.ts";

const A = "a0".repeat(32);
const B = "b1".repeat(32);
const WHEN = "2025-03-04T05:06:07.089123456Z";

const record = (id: string, fields: object = {}): string =>
  JSON.stringify({ id, ...fields, image: "", layer: "", created: WHEN });

/** One for each improvement, so that none is listed without being held to. */
const tests: Record<Improvement, () => Promise<void>> = {
  "copy of an unseen record": async () => {
    await withPlace(async ({ open, dir }) => {
      const before = `[${record(A)},${record(A, { names: ["unseen"] })},${record(B)}]`;
      await (await open()).store.close();
      await writeFile(path.join(dir, "containers.json"), before, { mode: 0o600 });
      await using opened = await open();
      await opened.store.setMetadata(B, "m");
      const copies = (await readdir(dir)).filter((name) =>
        name.startsWith("containers.json.stowage-backup-"),
      );
      expect(copies).toHaveLength(1);
      expect(await readFile(path.join(dir, copies[0]!), "utf8")).toBe(before);
    });
  },

  "item in a folder": async () => {
    await withPlace(async ({ open, dir }) => {
      await using opened = await open();
      const { store } = opened;
      await store.create({ id: A });
      await store.setBigData(A, "????>>>", "inside");
      expect(await textOf(store, A, "????>>>")).toBe("inside");
      const folder = path.join(dir, A, "=Pz8");
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
      expect(await readdir(folder)).toEqual(["Pz4+Pg=="]);
    });
    await bothOrders("????>>>", "???");
    await bothOrders("???", "????>>>");
    await together("????>>>", "???");
    await together("???", "????>>>");
  },

  "key of a folder": async () => {
    for (const key of [".", "..", "/", "./", "../"]) {
      await refusedKey(key);
      await withPlace(async ({ open }) => {
        await using opened = await open();
        await opened.store.create({ id: A });
        await expect(opened.store.bigData(A, key)).rejects.toMatchObject({
          code: "ERR_INVALID_BIG_DATA_NAME",
        });
      });
    }
  },

  "slash at the end": async () => {
    await refusedKey("a/");
    await withPlace(async ({ open }) => {
      await using opened = await open();
      const { store } = opened;
      await store.create({ id: A });
      await store.setBigData(A, "a", "what a has");
      await expect(store.setBigData(A, "a/", "x")).rejects.toMatchObject({
        code: "ERR_INVALID_BIG_DATA_NAME",
      });
      // As the library wrote it, under either key.
      expect(await textOf(store, A, "a/")).toBe("what a has");
    });
  },

  "folder of podman": async () => {
    await refusedKey("userdata");
    await withPlace(async ({ open, dir }) => {
      await mkdir(path.join(dir, A, "userdata"), { recursive: true });
      await writeFile(path.join(dir, A, "userdata", "config"), "podman's");
      await using opened = await open();
      const { store } = opened;
      await store.create({ id: A, bigData: [{ key: "k", data: "v" }] });
      await expect(store.setBigData(A, "userdata", "x")).rejects.toMatchObject({
        code: "ERR_INVALID_BIG_DATA_NAME",
      });
      expect(await readFile(path.join(dir, A, "userdata", "config"), "utf8")).toBe("podman's");
    });
  },

  "no file name": async () => {
    for (const key of ["nul\0", "x".repeat(256), "X".repeat(200), "???".repeat(1400)]) {
      await refusedKey(key);
      await withPlace(async ({ open }) => {
        await using opened = await open();
        await opened.store.create({ id: A });
        await expect(opened.store.bigData(A, key)).rejects.toMatchObject({
          code: "ERR_INVALID_BIG_DATA_NAME",
        });
      });
    }
  },

  "long file name": async () => {
    for (let length = 236; length <= 255; length += 1) {
      await withPlace(async ({ open }) => {
        const key = "x".repeat(length);
        await using opened = await open();
        await opened.store.create({ id: A, bigData: [{ key, data: "created" }] });
        expect(await textOf(opened.store, A, key)).toBe("created");
        await opened.store.setBigData(A, key, "set");
        expect(await textOf(opened.store, A, key)).toBe("set");
      });
    }
  },

  "name across files": async () => {
    for (const [taker, loser] of [
      [A, B],
      [B, A],
    ] as const) {
      await withPlace(async ({ open, write, read }) => {
        await write("containers.json", `[${record(A, { names: ["of-a", "a2"] })}]`);
        await write("volatile-containers.json", `[${record(B, { names: ["of-b", "b2"] })}]`);
        const name = loser === A ? "of-a" : "of-b";
        await using opened = await open();
        await opened.store.addNames(taker, [name], { onConflict: "steal" });
        await using other = await open();
        expect((await other.store.get(name)).id).toBe(taker);
        const files = (await read("containers.json")) + (await read("volatile-containers.json"));
        expect(files.split(`"${name}"`)).toHaveLength(2);
      });
    }
  },

  "repair across files": async () => {
    await withPlace(async ({ open, write, read }) => {
      await write("containers.json", `[${record(A, { names: ["n", "a"] })}]`);
      await write("volatile-containers.json", `[${record(B, { names: ["n", "b"] })}]`);
      await using opened = await open();
      expect((await opened.store.get("n")).id).toBe(B);
      expect(await read("containers.json")).toContain('"names":["a"]');
      expect(await read("volatile-containers.json")).toContain('"names":["n","b"]');
    });
  },

  "name twice in a record": async () => {
    await withPlace(async ({ open, write, read }) => {
      const file = `[{"id":"${A}","names":["n","m","n"],"image":"","layer":"","created":"${WHEN}"}]`;
      await write("containers.json", file);
      await using opened = await open();
      expect((await opened.store.get("n")).names).toEqual(["n", "m", "n"]);
      expect(await read("containers.json")).toBe(file);
      expect((await opened.store.addNames(A, ["o"])).names).toEqual(["o", "n", "m"]);
    });
  },

  "unknown members": async () => {
    await withPlace(async ({ open, write, read }) => {
      const known = `"id":"${A}","image":"","layer":""`;
      await write("containers.json", `[{"x-new":[1,{"a":null}],${known},"created":"${WHEN}","z":"\\u003c"}]`);
      await using opened = await open();
      await opened.store.setMetadata(A, "m");
      expect(await read("containers.json")).toBe(
        `[{${known},"metadata":"m","created":"${WHEN}","x-new":[1,{"a":null}],"z":"\\u003c"}]`,
      );
    });
  },

  "id outside": async () => {
    for (const id of ["..", "../victim", ".", "", "/", "a/b", "../store", "nul\0"]) {
      await withPlace(async ({ open, write, dir }) => {
        const victim = path.join(dir, "../victim/deep");
        await mkdir(victim, { recursive: true });
        await mkdir(path.join(dir, "a/b"), { recursive: true });
        await write("containers.json", `[${record(id, { names: ["v"] })},${record(A)}]`);
        await using opened = await open();
        expect((await opened.store.get("v")).id).toBe(id);
        await expect(opened.store.setBigData("v", "k", "x")).rejects.toMatchObject({
          code: "ERR_INVALID_ID",
        });
        await expect(opened.store.bigData("v", "k")).rejects.toMatchObject({ code: "ERR_INVALID_ID" });
        await opened.store.delete("v");
        expect((await opened.store.list()).map((container) => container.id)).toEqual([A]);
        expect((await stat(victim)).isDirectory()).toBe(true);
        expect((await readdir(dir)).sort()).toEqual(["a", "containers.json", "containers.lock"]);
        expect(await readdir(path.join(dir, "a"))).toEqual(["b"]);
      });
    }
  },

  "offset of 24 hours": async () => {
    await withPlace(async ({ open, write, read }) => {
      const created = "2025-01-02T03:04:05+24:00";
      await write(
        "containers.json",
        `[{"id":"${A}","image":"","layer":"","created":"${created}"},${record(B)}]`,
      );
      await using opened = await open();
      expect((await opened.store.get(A)).created).toBe(created);
      await opened.store.setMetadata(B, "other");
      await opened.store.setMetadata(A, "own");
      expect(await read("containers.json")).toContain(`"metadata":"own","created":"${created}"`);
    });
  },

  "shared layer": async () => {
    await withPlace(async ({ open }) => {
      await using opened = await open();
      const { store } = opened;
      await store.create({ id: A, layer: "shared" });
      await store.create({ id: B, layer: "shared" });
      expect(await store.lookup("shared")).toBe(B);
      await store.delete(B);
      expect(await store.lookup("shared")).toBe(A);
      await store.delete("shared");
      expect(await store.exists("shared")).toBe(false);
    });
  },

  "null for a record": async () => {
    await withPlace(async ({ open, write, read }) => {
      for (const file of ["containers.json", "volatile-containers.json"]) {
        await write("containers.json", "[]");
        await write("volatile-containers.json", "[]");
        await write(file, `[${record(A)},null]`);
        await expect(open()).rejects.toMatchObject({
          code: "ERR_STORE_DAMAGED",
          details: { path: expect.stringContaining(file) as string, record: 2, offset: record(A).length + 2 },
        });
        expect(await read(file)).toBe(`[${record(A)},null]`);
      }
    });
  },

  "folders of the other mode": () =>
    withPlace(async ({ dir }) => {
      const runDir = path.join(dir, "..", "run");
      {
        await using normal = await openSound({ dir });
        await normal.store.create({ id: A, volatile: true, bigData: [{ key: "k", data: "kept" }] });
      }
      await using transient = await openSound({ dir, runDir, transient: true });
      await expect(transient.store.gc()).rejects.toMatchObject({ code: "ERR_STORE_OTHER_MODE" });
      expect(await readFile(path.join(dir, A, "k"), "utf8")).toBe("kept");
    }),
  "wipe in one save": async () => {
    await withPlace(async ({ open, dir }) => {
      await using opened = await open();
      const { store, memory } = opened;
      for (let count = 0; count < 10; count += 1) {
        await store.create({ volatile: count % 2 === 1, bigData: [{ key: "k", data: "v" }] });
      }
      const before = memory.counters.saves;
      expect(await store.wipe()).toBe(10);
      expect(memory.counters.saves).toBe(before + 1);
      expect((await readdir(dir)).sort()).toEqual([
        "containers.json",
        "containers.lock",
        "volatile-containers.json",
      ]);
    });
  },
};

describe("where we do better than the library:", () => {
  it.each(Object.entries(improvements))("%s: %s", async (name) => {
    await tests[name as Improvement]();
  });
});
