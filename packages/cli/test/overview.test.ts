import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { holdLock } from "./support/hold-lock.ts";
import { bench } from "./support/program.ts";
import type { Bench } from "./support/program.ts";
import { hasTerminals } from "./support/terminal.ts";

const id = (digit: string): string => digit.repeat(64);

/** A containers/storage tree with images and layers, of which some are gone. */
async function planted(): Promise<Bench & { readonly tree: readonly string[] }> {
  const place = await bench();
  const root = path.join(place.folder, "root");
  for (const kind of ["containers", "images", "layers"]) {
    mkdirSync(path.join(root, `vfs-${kind}`), { recursive: true });
  }
  const images = [{ id: id("a"), names: ["docker.io/library/alpine:latest"], layer: id("1") }];
  writeFileSync(path.join(root, "vfs-images/images.json"), JSON.stringify(images));
  writeFileSync(
    path.join(root, "vfs-layers/layers.json"),
    JSON.stringify([{ id: id("1") }, { id: id("2") }]),
  );
  const tree = ["--graph-root", root];
  for (const [size, ...args] of [
    [3000, "alpine", "--id", id("c"), "--name", "web", "--layer", id("2")],
    [
      1000,
      "alpine",
      "--id",
      id("d"),
      "--name",
      "db",
      "--name",
      "a-rather-long-name-for-one",
      "--layer",
      id("3"),
    ],
    [0, id("b"), "--id", "plain"],
    [0, "--id", "alone", "--name", "容器"],
  ] as const) {
    writeFileSync(path.join(place.folder, "file"), Buffer.alloc(size));
    await place.done(...tree, "create", ...args, ...(size > 0 ? ["--data", "k=file"] : []), "-q");
  }
  return { ...place, tree };
}

describe("tree", () => {
  it("draws image, layer and container, and marks what is gone", async () => {
    await using place = await planted();
    expect(await place.done(...place.tree, "tree")).toBe(
      [
        "docker.io/library/alpine:latest  aaaaaaaaaaaa",
        "├── layer 222222222222",
        "│   └── web  cccccccccccc",
        "└── layer 333333333333 (gone)",
        "    └── db,a-rather-long-name-for-one  dddddddddddd",
        "bbbbbbbbbbbb (gone)",
        "└── plain",
        "(no image)",
        "└── 容器  alone",
        "",
      ].join("\n"),
    );
    expect(await place.done(...place.tree, "tree", "-f", "name=^db", "--no-trunc")).toContain(
      `└── layer ${id("3")} (gone)\n`,
    );
    expect(await place.json(...place.tree, "tree", "-f", "name=^db")).toEqual({
      images: [
        {
          image: id("a"),
          names: ["docker.io/library/alpine:latest"],
          missing: false,
          layers: [
            {
              layer: id("3"),
              missing: true,
              containers: [{ id: id("d"), names: ["db", "a-rather-long-name-for-one"] }],
            },
          ],
        },
      ],
    });
  });

  it("knows nothing of images where there is no such tree, and claims nothing", async () => {
    await using place = await bench();
    await place.done("create", "nginx", "--id", "one", "--layer", "l");
    expect(await place.done("tree")).toBe("nginx\n└── layer l\n    └── one\n");
    expect(JSON.stringify(await place.json("tree"))).not.toContain("missing");
  });
});

describe("df", () => {
  it("lists who keeps big data, the largest first, as plain numbers in a pipe", async () => {
    await using place = await planted();
    expect(await place.done(...place.tree, "df")).toBe(
      [
        "CONTAINER ID   NAMES                           ITEMS   SIZE",
        "cccccccccccc   web                                 1   3000",
        "dddddddddddd   db,a-rather-long-name-for-one       1   1000",
        "",
      ].join("\n"),
    );
    expect(await place.done(...place.tree, "df", "-q", "-n", "1")).toBe("cccccccccccc\n");
    expect(await place.json(...place.tree, "df", "-n", "1")).toEqual({
      containers: [{ id: id("c"), names: ["web"], items: 1, bytes: 3000, unmeasured: 0 }],
      count: 4,
      items: 2,
      bytes: 4000,
      reclaimable: { count: 0, bytes: 0 },
    });
  });

  it("says what gc could free, and removes none of it", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const orphan = path.join(place.dir, "e".repeat(64));
    mkdirSync(orphan);
    writeFileSync(path.join(orphan, "left"), Buffer.alloc(1500));
    expect(await place.json("df")).toMatchObject({ reclaimable: { count: 1, bytes: 1500 } });
    const { stdout } = await place.onTerminal(80, { NO_COLOR: "1" }, "df");
    expect(stdout.split("\n")).toContain("`stowage gc` could free 1.5kB");
    expect(await place.done("df")).not.toContain("gc");
    expect(await place.json("gc")).toMatchObject({ bytes: 1500 });
  });

  it("goes without that where gc refuses, and says why", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--volatile");
    const run = path.join(place.folder, "run");
    const transient = ["--transient", "--run-dir", run];
    await place.done(...transient, "create", "--id", "two");
    expect(await place.json(...transient, "df")).toMatchObject({ count: 1, reclaimable: null });
    const { stdout } = await place.onTerminal(200, { NO_COLOR: "1" }, ...transient, "df");
    expect(stdout).toMatch(/what `stowage gc` could free is not known: .*other mode/);
  });

  it("says where a size is not recorded", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--data", "k=/dev/null");
    const file = path.join(place.dir, "containers.json");
    writeFileSync(file, readFileSync(file, "utf8").replace(/"big-data-sizes":\{"k":0\},/, ""));
    expect(await place.json("df")).toMatchObject({ containers: [{ items: 1, bytes: 0, unmeasured: 1 }] });
  });
});

describe.skipIf(!hasTerminals)("on a terminal", () => {
  const screens: Readonly<Record<number, readonly string[]>> = {
    60: [
      "CONTAINER ID   NAMES             SIZE   SHARE",
      "cccccccccccc   web                3kB     75%   ████████████",
      "dddddddddddd   db,a-rather-lo…    1kB     25%   ████░░░░░░░░",
      "4 containers, 2 items, 4kB",
      "`stowage gc` has nothing to free",
    ],
    80: [
      "CONTAINER ID   NAMES                     ITEMS   SIZE   SHARE",
      "cccccccccccc   web                           1    3kB     75%   ████████████████",
      "dddddddddddd   db,a-rather-long-name-…       1    1kB     25%   █████░░░░░░░░░░░",
      "4 containers, 2 items, 4kB",
      "`stowage gc` has nothing to free",
    ],
    200: [
      "CONTAINER ID   NAMES                           ITEMS   SIZE   SHARE",
      `cccccccccccc   web                                 1    3kB     75%   ${"█".repeat(40)}`,
      `dddddddddddd   db,a-rather-long-name-for-one       1    1kB     25%   ${"█".repeat(13)}${"░".repeat(27)}`,
      "4 containers, 2 items, 4kB",
      "`stowage gc` has nothing to free",
    ],
  };

  it.each([60, 80, 200])("df draws bars that fit %i columns", async (width) => {
    await using place = await planted();
    const { stdout } = await place.onTerminal(width, { NO_COLOR: "1" }, ...place.tree, "df");
    expect(stdout.trimEnd().split("\n")).toEqual(screens[width]);
    for (const line of stdout.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it("tree and stats fit, and have colours only where they are wanted", async () => {
    await using place = await planted();
    for (const command of ["tree", "stats"]) {
      const { stdout } = await place.onTerminal(60, { NO_COLOR: "1" }, ...place.tree, command);
      for (const line of stdout.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(60);
      expect(stdout).not.toContain("\u001b");
      expect((await place.onTerminal(60, {}, ...place.tree, command)).stdout).toContain("\u001b[");
    }
  });
});

it("stats counts what is there", async () => {
  await using place = await planted();
  const text = await place.done(...place.tree, "stats");
  expect(text).toMatch(/^containers: +4$/m);
  expect(text).toMatch(/^big data: +4000$/m);
  expect(await place.json(...place.tree, "stats")).toMatchObject({
    lockProtocol: "kernel",
    containers: 4,
    volatileContainers: 0,
    names: 4,
    dataItems: 2,
    dataBytes: 4000,
    statistics: { records: 4, loads: 1, saves: 0 },
  });
});

it("lock status tells who has the lock, without waiting for it", async () => {
  await using place = await bench();
  expect(await place.run("lock", "status")).toMatchObject({ code: 1, stdout: "" });
  await place.done("create", "--id", "one");
  expect(await place.done("lock", "status")).toBe("nobody has the lock\n");
  expect(await place.done("lock", "status", "-q")).toBe("");
  await using holder = await holdLock(place.dir);
  expect(await place.json("lock", "status")).toMatchObject({
    dir: place.dir,
    state: "write",
    waiting: { readers: 0, writers: 0 },
  });
  // Who it is can be told on Linux only.
  if (process.platform === "linux") {
    expect(await place.done("lock", "status", "-q")).toBe(`${holder.pid}\n`);
    expect(await place.done("lock", "status")).toMatch(
      new RegExp(`^a process has the lock to write\\n +PID.*\\n *${holder.pid} +write +\\S`),
    );
  }
});
