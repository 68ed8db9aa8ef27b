import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import type { RunResult } from "@stowage/test-kit";
import { expect, it } from "vitest";

import { bench, programFile } from "./support/program.ts";
import type { Bench } from "./support/program.ts";

/** Runs the program under the name containers-storage, with that PATH and no more. */
async function asContainersStorage(place: Bench, PATH: string, ...words: string[]): Promise<RunResult> {
  return asContainersStorageWith(place, { PATH }, ...words);
}

async function asContainersStorageWith(
  place: Bench,
  env: Record<string, string>,
  ...words: string[]
): Promise<RunResult> {
  const link = path.join(place.folder, "link", "containers-storage");
  mkdirSync(path.dirname(link), { recursive: true });
  if (!existsSync(link)) symlinkSync(await programFile, link);
  const options = { cwd: place.folder, env: { HOME: place.folder, ...env } };
  return runProcess(process.execPath, [link, ...words], options);
}

/** A tree with one layer, and containers on it, on none and on one that is gone. */
function makeTree(root: string): string[] {
  const write = (file: string, value: unknown): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), JSON.stringify(value));
  };
  const created = "2024-05-06T07:08:09Z";
  mkdirSync(path.join(root, "vfs"), { recursive: true });
  write("vfs-layers/layers.json", [{ id: "layer1", names: ["bottom"] }, { id: "layer2" }]);
  write("vfs-images/images.json", [{ id: "image1", names: ["localhost/image:1"], layer: "layer1" }]);
  write("vfs-containers/containers.json", [
    { id: "full", names: ["web"], image: "image1", layer: "layer1", created },
    { id: "bare", image: "", layer: "", created },
    { id: "ghost", image: "image1", layer: "gone", created },
    { id: "../out", image: "", layer: "gone2", created },
  ]);
  return ["-g", root, "-R", `${root}-run`, "-s", "vfs"];
}

it("refuses plainly what is about layers, images and mounts where there is nobody to do it", async () => {
  await using place = await bench();
  const tree = makeTree(path.join(place.folder, "graph"));
  const before = readFileSync(path.join(place.folder, "graph/vfs-containers/containers.json"), "utf8");
  const refused = [
    ["layers", "--nonsense"],
    ["mount", "full"],
    ["umount", "full"],
    ["images", "-j"],
    ["create-layer"],
    ["shutdown"],
    ["create-container", "localhost/image:1"],
    ["create-container", "--subuidmap", "someone", ""],
    ["container-parent-owners", "full"],
    ["metadata", "bare", "bottom"],
    ["set-metadata", "-m", "x", "image1"],
    ["get-names", "layer1"],
    ["add-names", "-n", "x", "localhost/image:1"],
    ["exists", "--image-store", "other", "bare"],
    ["check"],
    ["gc"],
    ["wipe", "-j"],
  ];
  for (const words of refused) {
    const result = await asContainersStorage(place, "", ...tree, ...words);
    expect([words, result.code, result.stdout]).toEqual([words, 1, ""]);
    expect(result.stderr).toMatch(/^\S+: this concerns .*needs the program containers-storage.*\n$/);
    expect(result.stderr).toContain(words[0]);
  }
  for (const words of [["status"], ["containers"]]) {
    const result = await asContainersStorage(
      place,
      "",
      "-g",
      "graph",
      "-R",
      "run",
      "-s",
      "overlay",
      ...words,
    );
    expect([words, result.code]).toEqual([words, words[0] === "status" ? 1 : 0]);
  }
  expect(readFileSync(path.join(place.folder, "graph/vfs-containers/containers.json"), "utf8")).toBe(before);
});

it("does of several what it can, and says of the others what they need", async () => {
  await using place = await bench();
  const tree = makeTree(path.join(place.folder, "graph"));
  const run = (...words: string[]): Promise<RunResult> => asContainersStorage(place, "", ...tree, ...words);

  const shown = await run("container", "full", "ghost");
  expect([shown.code, shown.stdout.split("\n")]).toEqual([
    1,
    [
      ...["ID: full", "Name: web", "Image: image1", "Image name: localhost/image:1"],
      ...["Size unknown: the size of a layer is known to containers-storage only, which is not installed"],
      ...["Layer: layer1", "ID: ghost", "Image: image1", "Image name: localhost/image:1"],
      ...['Size unknown: locating layer with ID "gone": layer not known', "Layer: gone", ""],
    ],
  ]);

  expect((await run("get-container-run-dir", "bare")).code).toBe(0);
  const runFolder = path.join(place.folder, "graph-run/vfs-containers/bare");
  expect(existsSync(path.join(runFolder, "userdata"))).toBe(true);
  const deleted = await run("delete-container", "full", "bare", "nope");
  expect([deleted.code, deleted.stdout, deleted.stderr.split("\n")]).toEqual([
    1,
    "",
    [
      "full: the layer of container full is for containers-storage to remove, which is not installed",
      "nope: identifier is not a container",
      "",
    ],
  ]);
  expect(existsSync(runFolder)).toBe(false);
  const kinds = await run("delete", "-j", "image1", "layer2", "ghost", "full");
  const needs = (what: string): string =>
    `${what} is for containers-storage to remove, which is not installed`;
  expect([kinds.code, JSON.parse(kinds.stdout)]).toEqual([
    1,
    {
      image1: needs("image1, which is an image,"),
      layer2: needs("layer2, which is a layer,"),
      ghost: "identifier is not a layer",
      full: needs("the layer of container full"),
    },
  ]);
  // Its record goes, and nothing is looked for under such an id.
  mkdirSync(path.join(place.folder, "graph-run/out"));
  expect(await run("delete-container", "../out")).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(path.join(place.folder, "graph-run/out"))).toBe(true);
  expect((await run("containers")).stdout).toBe("full\n\tname: web\nghost\n");
});

it("makes no folder outside the store, nor through a link", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "graph");
  const tree = makeTree(root);
  symlinkSync(place.folder, path.join(root, "vfs-containers/ghost"));
  for (const words of [
    ["get-container-dir", "../out"],
    ["get-container-run-dir", "../out"],
    ["get-container-dir", "ghost"],
  ]) {
    const result = await asContainersStorage(place, "", ...tree, ...words);
    expect([words, result.code, result.stdout]).toEqual([words, 1, ""]);
  }
  expect(existsSync(path.join(place.folder, "userdata"))).toBe(false);
  expect(existsSync(path.join(root, "out"))).toBe(false);
});

it("tells what is wrong with containers, and mends it when forced, where there is nothing but containers", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "graph");
  const file = path.join(root, "vfs-containers/containers.json");
  mkdirSync(path.dirname(file), { recursive: true });
  const lost = { "big-data-names": ["key", "Big"], "big-data-sizes": { key: 3, Big: 2 } };
  writeFileSync(file, JSON.stringify([{ id: "one", ...lost }, { id: "two", image: "gone" }, { id: "good" }]));
  mkdirSync(path.join(root, "vfs-containers/one"));
  writeFileSync(path.join(root, "vfs-containers/one/key"), "four");
  const run = (...words: string[]): Promise<RunResult> =>
    asContainersStorage(place, "", "-g", root, "-R", "run", "-s", "vfs", "check", ...words);

  const faults = {
    one: [
      'container one: data item "key": container data item has incorrect size',
      'container one: data item "Big": container data item is missing',
    ],
    two: ["image gone: image missing"],
  };
  const text = Object.entries(faults).map(([id, lines]) => `container ${id}:\n ${lines.join("\n ")}\n`);
  const counts =
    "0 layer errors, 0 read-only layer errors, 0 image errors, 0 read-only image errors, 2 container errors\n";
  expect(await run()).toMatchObject({ code: 1, stdout: text.join(""), stderr: counts });
  const json = await run("-j", "-q");
  expect([json.code, json.stderr, JSON.parse(json.stdout)]).toEqual([
    1,
    counts,
    { Layers: {}, ROLayers: {}, Images: {}, ROImages: {}, Containers: faults },
  ]);
  const repaired = await run("-r");
  expect(repaired.stderr).toBe("0 read-only layer errors, 0 read-only image errors, 2 container errors\n");
  expect(await run("-f")).toMatchObject({ code: 0, stdout: text.join(""), stderr: "" });
  expect(await run()).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

it("is called by the word compat too, and never passes on to itself for ever", async () => {
  await using place = await bench();
  const tree = makeTree(path.join(place.folder, "graph"));
  expect(await place.run("compat", ...tree, "get-names", "web")).toMatchObject({ code: 0, stdout: "web\n" });
  expect((await place.run("compat")).code).toBe(1);
  const misplaced = await place.run("--json", "compat", ...tree, "containers");
  expect(misplaced.code).toBe(2);
  expect(misplaced.stderr).toContain("compat takes no options before it");
  expect((await place.done("--help")).includes("compat")).toBe(true);

  // A script of that name which leads back to us.
  const bin = path.join(place.folder, "bin");
  mkdirSync(bin);
  const script = path.join(bin, "containers-storage");
  const log = path.join(place.folder, "rounds");
  writeFileSync(
    script,
    `#!/bin/sh\necho round >> '${log}'\n'${process.execPath}' '${await programFile}' compat "$@"\n`,
  );
  chmodSync(script, 0o755);
  const result = await asContainersStorage(place, bin, ...tree, "layers");
  expect([result.code, result.stdout]).toEqual([1, ""]);
  expect(result.stderr).toContain("needs the program containers-storage");
  expect(readFileSync(log, "utf8")).toBe("round\n".repeat(5));
});

it("hands over its words, its streams and the end, also by a signal", async () => {
  await using place = await bench();
  const bin = path.join(place.folder, "bin");
  mkdirSync(bin);
  const script = path.join(bin, "containers-storage");
  writeFileSync(script, '#!/bin/sh\nprintf "<%s>" "$@"\necho no >&2\n[ "$2" = die ] && kill -9 $$\nexit 7\n');
  chmodSync(script, 0o755);
  const words = ["layers", "a b", "--x=", ""];
  expect(await asContainersStorage(place, bin, ...words)).toMatchObject({
    code: 7,
    stdout: "<layers><a b><--x=><>",
    stderr: "no\n",
  });
  expect((await asContainersStorage(place, bin, "mount", "die")).code).toBe(137);
  // A folder, a file that cannot be run and a relative path are no program.
  const none = await asContainersStorage(place, `${place.folder}:.:bin`, "layers");
  expect([none.code, none.stdout]).toEqual([1, ""]);
});

it("says why a store cannot be begun with, on standard output, as scripts know it", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "graph");
  makeTree(root);
  const run = (...words: string[]): Promise<RunResult> =>
    asContainersStorage(place, "", ...words, "containers");
  expect((await run("-g", root, "-R", "run")).stdout).toMatch(/^full\n/);
  mkdirSync(path.join(root, "overlay"));
  expect(await run("-g", root, "-R", "run")).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("contains several valid graphdrivers: overlay, vfs;") as string,
  });
  const none = await run("-g", path.join(place.folder, "new"), "-R", "run");
  expect([none.code, none.stderr]).toEqual([1, expect.stringContaining("finding a storage driver")]);
  expect(existsSync(path.join(place.folder, "new"))).toBe(false);
  const file = path.join(root, "vfs-containers/containers.json");
  writeFileSync(file, "[{");
  const damaged = await run("-g", root, "-R", "run", "-s", "vfs");
  expect([damaged.code, damaged.stderr]).toEqual([1, ""]);
  expect(damaged.stdout).toMatch(/^error initializing: .*containers\.json cannot be read.*\n$/);
  expect(readFileSync(file, "utf8")).toBe("[{");
});

it("takes the default store from storage.conf, and says what is wrong with that", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "graph");
  makeTree(root);
  const conf = path.join(place.folder, "storage.conf");
  const run = (...words: string[]): Promise<RunResult> =>
    asContainersStorageWith(place, { PATH: "", CONTAINERS_STORAGE_CONF: conf }, ...words);
  const roots = `driver = "vfs"\ngraphroot = "${root}"\nrunroot = "${root}-run"\n`;
  const write = (text: string): void => writeFileSync(conf, `[storage]\n${roots}${text}`);

  expect((await run("containers")).stdout).toMatch(/^error initializing: .*storage\.conf.*\n$/);
  write("transient_store = 5");
  expect(await run("containers")).toMatchObject({ code: 1, stderr: "" });
  write("");
  expect((await run("exists", "bottom")).stdout).toBe("bottom: true\n");
  for (const text of [
    'imagestore = "/elsewhere"',
    '[storage.options]\nadditionalimagestores = ["/elsewhere"]',
  ]) {
    write(text);
    const refused = await run("exists", "bottom");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("further image stores")]);
    expect((await run("containers")).stdout).toMatch(/^full\n/);
  }
  write("transient_store = true");
  expect((await run("create-container", "-i", "short", "")).stdout).toBe("short\n");
  expect(existsSync(path.join(`${root}-run`, "vfs-containers/volatile-containers.json"))).toBe(true);
});

it("is ended by Ctrl-C while it reads, and changes nothing", async () => {
  await using place = await bench();
  const root = path.join(place.folder, "graph");
  const child = await place.start("compat", ...makeTree(root), "set-container-data", "bare", "key");
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data: Buffer) => output.push(data.toString()));
  }
  const closed = once(child, "close");
  child.stdin.on("error", () => undefined);
  // More than a pipe holds: when it is taken, it is being read.
  await new Promise((resolve) => child.stdin.write(Buffer.alloc(1024 * 1024), resolve));
  child.kill("SIGINT");
  expect(await closed).toEqual([130, null]);
  expect(output).toEqual([]);
  const { stdout } = await place.run("compat", "-g", root, "-R", "run", "-s", "vfs", "containers", "-j");
  expect(stdout).not.toContain("big-data");
  expect(existsSync(path.join(root, "vfs-containers/bare/key"))).toBe(false);
});
