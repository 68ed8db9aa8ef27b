import { readdirSync, readFileSync, watch as watchFolder, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { bench } from "./support/program.ts";

interface Shown {
  readonly id: string;
  readonly names?: readonly string[];
  readonly flags?: Record<string, unknown>;
  readonly volatileStore: boolean;
}

const someId = /^[0-9a-f]{64}$/;

describe("create", () => {
  it("prints the id, and keeps everything it was given", async () => {
    await using place = await bench();
    writeFileSync(path.join(place.folder, "config.json"), '{"a":1}');
    const id = (
      await place.done(
        ...[
          "create",
          "image-1",
          "--layer",
          "layer-1",
          "--name",
          "web",
          "--name",
          "www",
          "--metadata",
          "--json",
        ],
        ...["--flag", "pinned=true", "--flag", "note=a=b", "--flag", "n=-0", "--flag", "__proto__=1"],
        ...["--mount-opt", "nodev", "--mount-opt", "ro", "--uidmap", "0:100000:65536", "--gidmap", "0:5:1"],
        ...["--data", "config.json=config.json"],
      )
    ).trimEnd();
    expect(id).toMatch(someId);
    const [record] = await place.json<Shown[]>("inspect", "web");
    expect(record).toEqual({
      id,
      names: ["web", "www"],
      image: "image-1",
      layer: "layer-1",
      metadata: "--json",
      "big-data-names": ["config.json"],
      "big-data-sizes": { "config.json": 7 },
      "big-data-digests": {
        "config.json": "sha256:015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862",
      },
      created: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      uidmap: [{ container_id: 0, host_id: 100_000, size: 65_536 }],
      gidmap: [{ container_id: 0, host_id: 5, size: 1 }],
      flags: JSON.parse(
        '{"MountOpts":["nodev","ro"],"__proto__":1,"n":-0,"note":"a=b","pinned":true}',
      ) as unknown,
      volatileStore: false,
    });
  });

  it("shows the whole record with --json, before or after the command", async () => {
    await using place = await bench();
    const after = JSON.parse(await place.done("create", "--id", "one", "--volatile", "--json")) as Shown;
    expect(after).toMatchObject({ id: "one", flags: { Volatile: true }, volatileStore: true });
    const before = JSON.parse(await place.done("--json", "create", "--id", "two")) as Shown;
    expect(before).toMatchObject({ id: "two", volatileStore: false });
  });

  it("reads metadata from a file and data from standard input", async () => {
    await using place = await bench();
    writeFileSync(path.join(place.folder, "meta.json"), '{"b":2}\n');
    const made = await place.runWith(
      { input: "piped" },
      ...["create", "--id", "one", "--metadata-file", "meta.json", "--data", "in=-"],
    );
    expect(made).toMatchObject({ code: 0, stdout: "one\n", stderr: "" });
    expect(await place.done("metadata", "get", "one")).toBe('{"b":2}\n');
    expect(await place.done("data", "get", "one", "in")).toBe("piped");
  });

  it("refuses an id and a name that are in use, and says by whom", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    const id = await place.run("create", "--id", "one");
    expect(id.code).toBe(1);
    expect(id.stderr).toMatch(/^stowage: .*that ID is already in use.*\n$/);
    const name = await place.run("create", "--name", "web");
    expect(name.code).toBe(1);
    expect(name.stderr).toMatch(
      /^stowage: .*"web".*one.*called web, was made 20.*Z, and is in containers\.json; .*--steal.*\n$/,
    );
    const json = await place.run("create", "--name", "web", "--json");
    expect(json.stdout).toBe("");
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: "ERR_DUPLICATE_NAME", name: "web", holder: { id: "one", names: ["web"] } },
    });
  });

  it("leaves the store as it was when a file is missing", async () => {
    await using place = await bench();
    const failed = await place.run("create", "--data", "a=nowhere");
    expect(failed).toMatchObject({
      code: 1,
      stderr: "stowage: cannot read nowhere: no such file or folder\n",
    });
    expect(readdirSync(place.folder)).not.toContain("store");
    expect((await place.run("create", "--data", "a=.")).stderr).toBe(
      "stowage: cannot read .: it is a folder\n",
    );
  });
});

describe("ls", () => {
  it("is a table in a pipe, with the moments of creation", async () => {
    await using place = await bench();
    const id = (await place.done("create", "image-1", "--name", "web", "--name", "www")).trimEnd();
    await place.done("create", "--id", "two");
    await place.runWith({ input: "12345" }, "data", "set", "two", "k");
    const [heading, first, second, ...rest] = (await place.done("ls")).split("\n");
    expect(heading).toMatch(/^CONTAINER ID +NAMES +IMAGE +LAYER +CREATED +DATA$/);
    expect(first).toMatch(new RegExp(`^${id.slice(0, 12)} +web,www +image-1 +\\d{4}-.*Z +-$`));
    expect(second).toMatch(/^two +\d{4}-.*Z +1 \(5B\)$/);
    expect(rest).toEqual([""]);
  });

  it("prints ids with -q, whole ones with --no-trunc, and answers to ps", async () => {
    await using place = await bench();
    const id = (await place.done("create")).trimEnd();
    expect(await place.done("ls", "-q")).toBe(`${id.slice(0, 12)}\n`);
    expect(await place.done("ps", "--quiet", "--no-trunc")).toBe(`${id}\n`);
    expect(await place.done("list", "--no-trunc")).toContain(id);
    for (const all of ["-a", "--all"])
      expect(await place.done("ps", all, "-q", "--no-trunc")).toBe(`${id}\n`);
  });

  it("is an array of the store's own records with --json", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--metadata", "<&>");
    await place.done("create", "--id", "two", "--volatile");
    const text = await place.done("ls", "--json");
    const records = JSON.parse(text) as Shown[];
    expect(records.map(({ id, volatileStore }) => [id, volatileStore])).toEqual([
      ["one", false],
      ["two", true],
    ]);
    const file = readFileSync(path.join(place.dir, "containers.json"), "utf8");
    expect(text).toContain(`${file.slice(1, -2)},"volatileStore":false}`);
  });

  it("makes no store, and lists nothing where there is none", async () => {
    await using place = await bench();
    const listed = await place.run("ls");
    expect(listed).toMatchObject({
      code: 0,
      stdout: "CONTAINER ID   NAMES   IMAGE   LAYER   CREATED   DATA\n",
    });
    expect(listed.stderr).toContain("there is no store at");
    expect(await place.run("ls", "-q")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await place.run("ls", "--json")).toMatchObject({ code: 0, stdout: "[]\n", stderr: "" });
    expect(readdirSync(place.folder)).toEqual([]);
    expect(await place.run("ls", "--read-only")).toMatchObject({ code: 1, stdout: "" });
  });
});

describe("inspect", () => {
  it("finds by id, name, layer and prefix, and indents", async () => {
    await using place = await bench();
    const id = (await place.done("create", "--name", "web", "--layer", "layer-1")).trimEnd();
    const whole = await place.done("inspect", id);
    expect(whole).toMatch(/^\[\n {4}\{\n {8}"id": "[0-9a-f]{64}",\n/);
    for (const ref of ["web", "layer-1", id.slice(0, 8)])
      expect(await place.done("inspect", ref)).toBe(whole);
    expect(JSON.parse(whole)).toEqual(await place.json("inspect", "web"));
    expect(await place.done("inspect", "--json", "web", "web")).toMatch(/^\[\{.*\},\{.*\}\]\n$/);
  });

  it("shows those that are there, and reports the others", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    const result = await place.run("inspect", "wbe", "one");
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject([{ id: "one" }]);
    expect(result.stderr).toMatch(/^stowage: .*container not known; did you mean web\?\n$/);
  });
});

describe("rm", () => {
  it("prints the ids, and goes on after one that is not there", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    await place.done("create", "--id", "two");
    const result = await place.run("rm", "web", "nobody", "two");
    expect(result).toMatchObject({ code: 1, stdout: "one\ntwo\n" });
    expect(result.stderr).toMatch(/^stowage: .*container not known.*\n$/);
    expect(await place.json("ls")).toEqual([]);
  });

  it("removes many with one save", async () => {
    await using place = await bench();
    const ids = Array.from({ length: 60 }, (_, index) => `c${index}`);
    const requests = ids.map((id) => `{"op":"create","id":"${id}"}\n`).join("");
    await place.runWith({ input: requests }, "batch");
    const watcher = watchFolder(place.dir);
    let saves = 0;
    const isTold = new Promise<void>((resolve) => {
      watcher.on("change", (_, name) => {
        if (name === "containers.json") saves += 1;
        if (name === "the-end") resolve();
      });
    });
    expect(await place.run("rm", ...ids)).toMatchObject({
      code: 0,
      stdout: `${ids.join("\n")}\n`,
      stderr: "",
    });
    writeFileSync(path.join(place.dir, "the-end"), "");
    await isTold;
    watcher.close();
    expect(saves).toBeGreaterThan(0);
    // The system may tell of one save more than once.
    expect(saves).toBeLessThan(10);
    expect(await place.json("ls")).toEqual([]);
  });

  it("says with --json which are gone", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const result = await place.run("rm", "nobody", "one", "--json");
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toEqual({ ids: ["one"] });
    expect(JSON.parse(result.stderr)).toMatchObject({
      error: { code: "ERR_CONTAINER_UNKNOWN", ref: "nobody" },
    });
  });

  it("lists the candidates of an ambiguous prefix", async () => {
    await using place = await bench();
    await place.done("create", "--id", "abc1");
    await place.done("create", "--id", "abc2");
    const result = await place.run("rm", "abc");
    expect(result.code).toBe(1);
    expect(result.stderr).toMatch(/; it could be abc1, abc2\n$/);
  });
});

describe("exists", () => {
  it("answers by its exit code, and by name with --json", async () => {
    await using place = await bench();
    expect(await place.run("exists", "web")).toMatchObject({ code: 1, stdout: "", stderr: "" });
    await place.done("create", "--name", "web");
    expect(await place.run("exists", "web")).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await place.run("exists", "web", "db", "--json")).toMatchObject({
      code: 1,
      stdout: '{"web":true,"db":false}\n',
    });
    expect((await place.run("exists", "--json", "__proto__")).stdout).toBe('{"__proto__":false}\n');
  });
});
