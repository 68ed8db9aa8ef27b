import { mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { runProcess, temporaryFolder } from "@stowage/test-kit";
import { openLockFile } from "@stowage/lockfile";
import { describe, expect, it } from "vitest";
import { type ContainerStore, openContainerStore } from "../../src/index.ts";
import { storageTool, storageTools, type StorageTool } from "../support/storage-tool.ts";

const { tools, reason } = await storageTools();

/** A tree of the real tool with a layer, an image on it, and a container on that. */
async function tree(program: string, folder: string) {
  const tool: StorageTool = storageTool(program, folder);
  const [layer = ""] = (await tool.run("create-layer")).split("\n");
  const [image = ""] = (await tool.run("create-image", "-n", "docker.io/library/alpine:latest", layer)).split(
    "\n",
  );
  const [container = ""] = (await tool.run("create-container", "-n", "web", image)).split("\n");
  const root = path.dirname(tool.dir);
  return {
    tool,
    layer,
    image,
    container,
    images: path.join(root, "vfs-images", "images.json"),
    layers: path.join(root, "vfs-layers", "layers.json"),
  };
}

/** The calls of containers, which must not care. */
async function goesOn(store: ContainerStore): Promise<void> {
  const { id } = await store.create({ image: "anything" });
  expect(await store.exists("web")).toBe(true);
  await store.delete(id);
}

describe.skipIf(tools.length === 0).each(tools)(
  `beside containers-storage %s ${reason}`,
  (_release, program) => {
    it("knows images and layers, and what is gone", async () => {
      await using folder = await temporaryFolder();
      const { tool, layer, image, container } = await tree(program, folder.path);
      await using store = await openContainerStore({ dir: tool.dir });
      const first = await store.images();
      expect(first.problems).toEqual([]);
      expect(first.get("alpine").id).toBe(image);
      expect(first.get(image).layer).toBe(layer);
      expect(first.layers?.map(({ id }) => id)).toContain((await store.get("web")).layer);
      expect(await store.ghosts()).toEqual([]);
      await store.create({ id: "bare", names: ["bare"] });

      await tool.run("add-names", "-n", "localhost/other:1", image);
      expect((await store.images()).namesOf(image)).toContain("localhost/other:1");
      expect(first.namesOf(image), "a view stays as it was").toEqual(["docker.io/library/alpine:latest"]);

      await tool.run("delete", image);
      expect(await store.ghosts()).toMatchObject([{ container: { id: container }, missing: ["image"] }]);
      await store.create({ id: "bottomless", image: "nowhere", layer: "nothing" });
      expect(await store.ghosts()).toMatchObject([
        { container: { id: container }, missing: ["image"] },
        { container: { id: "bottomless" }, missing: ["image", "layer"] },
      ]);
      await store.delete("bottomless");
      await store.delete("web");
      expect(await store.ghosts()).toEqual([]);
    });

    it("sees no ghost while the tool makes and removes containers", async () => {
      await using folder = await temporaryFolder();
      const { tool, image } = await tree(program, folder.path);
      await using store = await openContainerStore({ dir: tool.dir });
      const writer = (async () => {
        for (let round = 0; round < 8; round += 1) {
          const [id = ""] = (await tool.run("create-container", image)).split("\n");
          await tool.run("add-names", "-n", `localhost/round:${round}`, image);
          await tool.run("delete-container", id);
        }
      })();
      let done = false;
      const finished = writer.finally(() => (done = true));
      let looks = 0;
      const seen = new Set<number>();
      while (!done) {
        expect(await store.ghosts()).toEqual([]);
        const images = await store.images();
        expect(images.problems).toEqual([]);
        seen.add(images.namesOf(image).length);
        looks += 1;
        // A look at what did not change waits for nothing; others must come to their turn.
        await setImmediate();
      }
      await finished;
      expect(looks).toBeGreaterThan(5);
      expect(seen.size).toBeGreaterThan(1);
      expect((await store.images()).namesOf(image)).toHaveLength(9);
    });
  },
);

describe.skipIf(tools[0] === undefined)(`a tree that is not whole ${reason}`, () => {
  const program = tools[0]?.[1] ?? "";

  it.each([
    ["cut short", (file: string) => truncate(file, 40)],
    ["empty", (file: string) => truncate(file, 0)],
    ["something else", (file: string) => writeFile(file, '{"id":"x"}')],
    ["of another kind", (file: string) => writeFile(file, '[{"id":"x","names":{"a":"b"}}]')],
    ["gone", (file: string) => rm(file)],
    ["larger than memory", (file: string) => truncate(file, 2 ** 40)],
  ])("says so when a file is %s, and containers do not care", async (_what, harm) => {
    await using folder = await temporaryFolder();
    const { tool, image, images, layers } = await tree(program, folder.path);
    await using store = await openContainerStore({ dir: tool.dir });
    for (const [file, known] of [
      [images, "layers"],
      [layers, "images"],
    ] as const) {
      const whole = await readFile(file);
      await harm(file);
      const names = await store.images();
      expect(names.problems).toMatchObject([{ code: "ERR_STORE_DAMAGED", details: { path: file } }]);
      expect(names[known]).toBeDefined();
      expect(names[known === "images" ? "layers" : "images"]).toBeUndefined();
      expect(await store.ghosts()).toEqual([]);
      await goesOn(store);
      await rm(file, { force: true });
      await writeFile(file, whole);
      expect((await store.images()).problems).toEqual([]);
    }
    expect((await store.images()).get("alpine").id).toBe(image);
  });

  it("follows no links and waits for no pipe", async () => {
    await using folder = await temporaryFolder();
    const { tool, images, layers } = await tree(program, folder.path);
    await using store = await openContainerStore({ dir: tool.dir });
    await rename(images, `${images}.real`);
    await symlink(`${images}.real`, images);
    await rm(layers);
    expect((await runProcess("mkfifo", [layers])).code).toBe(0);
    expect((await store.images()).problems).toMatchObject([
      { code: "ERR_IO", details: { path: images } },
      { code: "ERR_IO", details: { path: layers } },
    ]);
    const folderOfImages = path.dirname(images);
    await rename(folderOfImages, `${folderOfImages}.real`);
    await symlink(`${folderOfImages}.real`, folderOfImages);
    expect((await store.images()).problems[0]).toMatchObject({ code: "ERR_IMAGES_UNAVAILABLE" });
    await goesOn(store);
  });

  it("waits for a writer no longer than it is told, and tells who that is", async () => {
    await using folder = await temporaryFolder();
    const { tool, images } = await tree(program, folder.path);
    await using store = await openContainerStore({ dir: tool.dir });
    const before = await store.images();
    const lock = await openLockFile(images.replace(/json$/, "lock"));
    {
      await using _held = await lock.lockForWriting();
      const names = await store.images({ timeout: 0 });
      expect(names.problems).toMatchObject([{ code: "ERR_LOCK_TIMEOUT" }]);
      expect(names.layers).toEqual(before.layers);
      const reason = new Error("no more");
      const waiting = store.images({ signal: AbortSignal.abort(reason) });
      await expect(waiting).rejects.toBe(reason);
      await goesOn(store);
    }
    await lock.close();
    expect((await store.images()).problems).toEqual([]);
  });

  it("reads what was written without a new token, too", async () => {
    await using folder = await temporaryFolder();
    const { tool, image, images } = await tree(program, folder.path);
    await using store = await openContainerStore({ dir: tool.dir, readOnly: true });
    expect((await store.images()).get("alpine").id).toBe(image);
    await writeFile(
      `${images}.new`,
      (await readFile(images, "utf8")).replace("alpine:latest", "alpine:edge"),
    );
    await rename(`${images}.new`, images);
    expect((await store.images()).get("alpine:edge").id).toBe(image);
  });
});

describe("a store by itself", () => {
  it("has no images, and says so", async () => {
    await using folder = await temporaryFolder();
    for (const name of ["store", "-containers", "vfs-containers"]) {
      await using store = await openContainerStore({ dir: path.join(folder.path, name) });
      const { images, layers, problems } = await store.images();
      expect([images, layers]).toEqual([undefined, undefined]);
      expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(["ERR_IMAGES_UNAVAILABLE"]));
      expect(await store.ghosts()).toEqual([]);
    }
  });

  it("has none yet where the tree is new", async () => {
    await using folder = await temporaryFolder();
    for (const name of ["vfs-images", "vfs-layers"]) await mkdir(path.join(folder.path, name));
    await using store = await openContainerStore({ dir: path.join(folder.path, "vfs-containers") });
    expect(await store.images()).toMatchObject({ images: [], layers: [], problems: [] });
    await store.create({ id: "a", image: "gone" });
    expect(await store.ghosts()).toMatchObject([{ container: { id: "a" }, missing: ["image"] }]);
  });

  it("has no layers where podman locked them before there were any", async () => {
    await using folder = await temporaryFolder();
    const [images, layers] = ["vfs-images", "vfs-layers"].map((name) => path.join(folder.path, name));
    for (const place of [images, layers]) await mkdir(String(place));
    await writeFile(path.join(String(layers), "layers.lock"), "0123456789abcdef".repeat(4));
    await using store = await openContainerStore({ dir: path.join(folder.path, "vfs-containers") });
    expect(await store.images()).toMatchObject({ images: [], layers: [], problems: [] });
    // An image that has a layer says that there was a list.
    await writeFile(path.join(String(images), "images.json"), '[{"id":"a","layer":"b"}]');
    const lost = path.join(String(layers), "layers.json");
    expect((await store.images()).problems).toMatchObject([
      { code: "ERR_STORE_DAMAGED", details: { path: lost } },
    ]);
  });

  it("reads volatile layers in the run root of a transient tree, and knows when it cannot", async () => {
    await using folder = await temporaryFolder();
    const [root, run] = [path.join(folder.path, "root"), path.join(folder.path, "run")];
    for (const name of [root, run]) await mkdir(path.join(name, "vfs-layers"), { recursive: true });
    await writeFile(path.join(root, "vfs-layers/layers.json"), '[{"id":"low"}]');
    await writeFile(path.join(run, "vfs-layers/volatile-layers.json"), '[{"id":"top","parent":"low"}]');
    const dir = path.join(root, "vfs-containers");
    {
      await using store = await openContainerStore({
        dir,
        runDir: path.join(run, "vfs-containers"),
        transient: true,
      });
      expect((await store.images()).layers?.map(({ id }) => id)).toEqual(["low", "top"]);
    }
    await using store = await openContainerStore({ dir, runDir: path.join(run, "other"), transient: true });
    expect((await store.images()).layers).toBeUndefined();
  });

  it("refuses to look for images inside a transaction and after the end", async () => {
    await using folder = await temporaryFolder();
    const store = await openContainerStore({ dir: path.join(folder.path, "store") });
    await expect(store.transaction(() => store.images())).rejects.toMatchObject({
      code: "ERR_TRANSACTION_NESTED",
    });
    await store.close();
    await expect(store.images()).rejects.toMatchObject({ code: "ERR_STORE_CLOSED" });
  });
});
