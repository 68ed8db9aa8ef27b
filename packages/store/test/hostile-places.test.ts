import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { type ContainerStore, openContainerStore, StowageError } from "../src/index.ts";
import { guardedPlace, type GuardedPlace } from "./support/guarded-place.ts";

const A = "a0".repeat(32);
const B = "b1".repeat(32);

async function code(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof StowageError) return error.code;
    throw error;
  }
}

const text = async (store: ContainerStore, ref: string, key: string): Promise<string> =>
  Buffer.from(await store.bigData(ref, key)).toString();

async function makeFifo(file: string): Promise<void> {
  const { code: exit, stderr } = await runProcess("mkfifo", [file]);
  if (exit !== 0) throw new Error(stderr);
}

/** One that nobody serves any more: whoever made it was killed. */
async function makeSocket(file: string): Promise<void> {
  const listen = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  await runProcess(process.execPath, ["-e", listen, path.basename(file)], { cwd: path.dirname(file) });
  expect((await lstat(file)).isSocket()).toBe(true);
}

/** Two containers, each with an item `k`, in a store that is open. */
async function withStore(test: (store: ContainerStore, place: GuardedPlace) => Promise<void>): Promise<void> {
  await using place = await guardedPlace();
  await using store = await openContainerStore({ dir: place.dir });
  for (const id of [A, B]) await store.create({ id, bigData: [{ key: "k", data: `of ${id}` }] });
  await test(store, place);
  place.assertUntouched();
}

/** What others may have put in the place of something. `make` gets its path and that of a real thing outside. */
const substitutes = {
  "a link to a file": (at, place) => symlink(path.join(place.victim, "precious"), at),
  "a link to a folder": (at, place) => symlink(place.victim, at),
  "a relative link": (at, place) => symlink(path.relative(path.dirname(at), place.victim), at),
  "a link to nothing": (at, place) => symlink(path.join(place.victim, "missing"), at),
  "a link to itself": (at) => symlink(path.basename(at), at),
  "a pipe": (at) => makeFifo(at),
  "a socket": (at) => makeSocket(at),
  "a folder": (at) => mkdir(at),
  "a folder with something in it": async (at) => {
    await mkdir(at);
    await writeFile(path.join(at, "inside"), "x");
  },
  "a link to a device": (at) => symlink("/dev/zero", at),
} satisfies Record<string, (at: string, place: GuardedPlace) => Promise<unknown>>;

const cases = Object.entries(substitutes) as [
  string,
  (at: string, place: GuardedPlace) => Promise<unknown>,
][];

describe.runIf(process.platform === "linux").each(cases)("%s", (what, make) => {
  const isFolder = what.startsWith("a folder");

  it("in the place of a container's folder is not followed", async () => {
    if (isFolder) return;
    await withStore(async (store, place) => {
      const at = path.join(place.dir, A);
      await rm(at, { recursive: true });
      await make(at, place);
      const before = await lstat(at);
      for (const key of ["k", "precious", "deep"]) {
        expect(await code(store.bigData(A, key))).toBe("ERR_IO");
        expect(await code(store.setBigData(A, key, "x"))).toBe("ERR_IO");
      }
      expect(await code(store.bigDataSize(A, "precious"))).toBe("ERR_SIZE_UNKNOWN");
      expect(await code(store.bigDataDigest(A, "precious"))).toBe("ERR_DIGEST_UNKNOWN");
      expect((await store.check()).map(({ id }) => id)).toContain(A);
      expect((await lstat(at)).ino).toBe(before.ino);
      place.assertUntouched();
      // What stands in its place goes, and nothing that it leads to.
      await store.delete(A);
      expect(existsSync(at)).toBe(false);
      expect(await text(store, B, "k")).toBe(`of ${B}`);
    });
  });

  it("in the place of a folder to be made is not followed", async () => {
    if (isFolder) return;
    await withStore(async (store, place) => {
      const id = "c2".repeat(32);
      await make(path.join(place.dir, id), place);
      expect(await code(store.create({ id, bigData: [{ key: "k", data: "x" }] }))).toBe("ERR_IO");
      expect(await store.exists(id)).toBe(false);
      expect(await code(store.gc())).toBe("done");
    });
  });

  it("in the place of an item is not followed, and keeps nobody waiting", async () => {
    await withStore(async (store, place) => {
      const at = path.join(place.dir, A, "k");
      await rm(at);
      await make(at, place);
      expect(await code(store.bigData(A, "k"))).toBe("ERR_IO");
      expect(await store.bigDataSize(A, "k")).toBe(67);
      expect((await store.check()).map(({ id, key }) => [id, key])).toContainEqual([A, "k"]);
      place.assertUntouched();
      // A new item takes the place of all but a folder, which may hold other items.
      expect(await code(store.setBigData(A, "k", "new"))).toBe(
        isFolder ? "ERR_INVALID_BIG_DATA_NAME" : "done",
      );
      if (!isFolder) expect(await text(store, A, "k")).toBe("new");
      place.assertUntouched();
      await store.delete(A);
      expect(existsSync(path.join(place.dir, A))).toBe(false);
    });
  });

  it("in the place of a folder of items is not followed", async () => {
    if (isFolder) return;
    await withStore(async (store, place) => {
      await store.setBigData(A, "????>>>", "inside");
      const at = path.join(place.dir, A, "=Pz8");
      await rm(at, { recursive: true });
      await make(at, place);
      expect(await code(store.bigData(A, "????>>>"))).toBe("ERR_IO");
      expect(["ERR_IO", "ERR_INVALID_BIG_DATA_NAME"]).toContain(
        await code(store.setBigData(A, "????>>>", "x")),
      );
      place.assertUntouched();
      await store.delete(A);
    });
  });

  it.each(["containers.json", "volatile-containers.json"])("in the place of %s is damage", async (file) => {
    await withStore(async (store, place) => {
      const at = path.join(place.dir, file);
      await store.create({ id: "v", volatile: true });
      await rename(at, `${at}.kept`);
      await make(at, place);
      const before = (await lstat(at)).ino;
      await expect(openContainerStore({ dir: place.dir })).rejects.toMatchObject({
        code: "ERR_STORE_DAMAGED",
        details: { path: at },
      });
      await expect(openContainerStore({ dir: place.dir, readOnly: true })).rejects.toMatchObject({
        code: "ERR_STORE_DAMAGED",
      });
      const [finding] = await withDamage(place.dir, (damaged) => damaged.check());
      expect(finding).toMatchObject({ path: at });
      expect((await lstat(at)).ino).toBe(before);
      place.assertUntouched();
      // The open store still has what it remembers, by the token; it finds the file whole again.
      await rm(at, { recursive: true });
      await rename(`${at}.kept`, at);
      expect(await store.list()).toHaveLength(3);
    });
  });

  it("in the place of the lock is refused, and nothing is written through it", async () => {
    await using place = await guardedPlace();
    {
      await using store = await openContainerStore({ dir: place.dir });
      await store.create({ id: A });
    }
    const at = path.join(place.dir, "containers.lock");
    await rm(at);
    await make(at, place);
    const before = await readFile(path.join(place.dir, "containers.json"));
    const opening = openContainerStore({ dir: place.dir, lockTimeout: 1000 });
    const result = await code(
      opening.then((store) => store.setMetadata(A, "m").finally(() => store.close())),
    );
    expect(result).not.toBe("done");
    place.assertUntouched();
    expect(await readFile(path.join(place.dir, "containers.json"))).toEqual(before);
    expect((await readdir(place.dir)).sort()).toEqual(["containers.json", "containers.lock"]);
  });
});

async function withDamage<T>(dir: string, work: (store: ContainerStore) => Promise<T>): Promise<T> {
  await using store = await openContainerStore({ dir, acceptDamage: true });
  return await work(store);
}

describe.runIf(process.platform === "linux")("a folder of the store that is a link", () => {
  it("is the way that was asked for: the store lies where it leads", async () => {
    await using place = await guardedPlace();
    const link = path.join(place.dir, "link");
    const real = path.join(place.dir, "real");
    await mkdir(real);
    await symlink(real, link);
    await using store = await openContainerStore({ dir: link });
    await store.create({ id: A, bigData: [{ key: "k", data: "v" }] });
    expect((await readdir(real)).sort()).toEqual([A, "containers.json", "containers.lock"]);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    await using same = await openContainerStore({ dir: real });
    expect(await same.exists(A)).toBe(true);
    place.assertUntouched();
  });
});
