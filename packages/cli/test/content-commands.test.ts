import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { bench, programFile } from "./support/program.ts";

describe("name", () => {
  it("lists, adds in front, removes and sets", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    expect(await place.done("name", "add", "web", "www", "front")).toBe("");
    expect(await place.done("name", "ls", "web")).toBe("www\nfront\nweb\n");
    expect(await place.json("name", "rm", "one", "front", "unheard-of")).toEqual({
      id: "one",
      names: ["www", "web"],
    });
    expect(await place.json("name", "set", "one", "a", "b", "a")).toEqual({ id: "one", names: ["a", "b"] });
    expect(await place.json("name", "set", "one")).toEqual({ id: "one", names: [] });
    expect(await place.json("name", "ls", "one")).toEqual({ id: "one", names: [] });
  });

  it("takes a name from its holder only when told to", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--name", "web");
    await place.done("create", "--id", "two", "--name", "db");
    for (const how of ["add", "set"]) {
      const refused = await place.run("name", how, "two", "web");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/one.*--steal/);
    }
    expect(await place.json("name", "add", "two", "web", "--steal")).toEqual({
      id: "two",
      names: ["web", "db"],
    });
    expect(await place.json("name", "ls", "one")).toEqual({ id: "one", names: [] });
  });
});

describe("metadata", () => {
  it("is set from an argument, a file and standard input, to the byte", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--metadata", "first");
    expect(await place.done("metadata", "get", "one")).toBe("first");
    expect(await place.json("metadata", "set", "one", "second")).toEqual({ id: "one" });
    expect(await place.json("metadata", "get", "one")).toEqual({ id: "one", metadata: "second" });
    for (const args of [["-"], []]) {
      await place.runWith({ input: " piped\n" }, "metadata", "set", "one", ...args);
      expect(await place.done("metadata", "get", "one")).toBe(" piped\n");
    }
    writeFileSync(path.join(place.folder, "m"), "from file");
    await place.done("metadata", "set", "one", "--file", "m");
    expect(await place.done("metadata", "get", "one")).toBe("from file");
    await place.done("metadata", "set", "one", "--", "--dashes");
    expect(await place.done("metadata", "get", "one")).toBe("--dashes");
    await place.done("metadata", "set", "one", "");
    expect(await place.done("metadata", "get", "one")).toBe("");
  });

  it("refuses bytes that are no text", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one", "--metadata", "kept");
    const refused = await place.runWith({ input: Buffer.from([0xff, 0xfe]) }, "metadata", "set", "one");
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^stowage: standard input is not UTF-8 text.*data set.*\n$/);
    expect(await place.done("metadata", "get", "one")).toBe("kept");
  });
});

describe("flag", () => {
  it("lists, sets and clears", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    expect(await place.json("flag", "set", "one", "pinned=true", "note=hello", "n=1e21")).toEqual({
      id: "one",
      flags: { pinned: true, note: "hello", n: 1e21 },
    });
    expect((await place.done("flag", "ls", "one")).split("\n").sort()).toEqual(
      ["", 'note="hello"', "pinned=true", "n=1e+21"].sort(),
    );
    await place.done("flag", "set", "one", "version", "3");
    await place.done("flag", "set", "one", "text", "3", "--text");
    expect(await place.json("flag", "clear", "one", "n", "note", "unheard-of")).toEqual({
      id: "one",
      flags: { pinned: true, version: 3, text: "3" },
    });
    for (const wrong of [["what"], ["a=b", "what"], ["=b"]]) {
      expect(await place.run("flag", "set", "one", ...wrong)).toMatchObject({ code: 2 });
    }
  });
});

describe("data", () => {
  it("goes in and out, byte for byte", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256));
    writeFileSync(path.join(place.folder, "in.bin"), bytes);
    const set = await place.json<{ size: number }>("data", "set", "one", "MyData", "in.bin");
    expect(set).toMatchObject({ id: "one", key: "MyData", size: bytes.length });
    expect((await place.run("data", "get", "one", "MyData")).stdoutBytes.equals(bytes)).toBe(true);
    expect(await place.json("data", "get", "one", "MyData")).toEqual({
      id: "one",
      key: "MyData",
      size: bytes.length,
      base64: bytes.toString("base64"),
    });
    expect(await place.done("data", "size", "one", "MyData")).toBe(`${bytes.length}\n`);
    const digest = (await place.done("data", "digest", "one", "MyData")).trimEnd();
    expect(await place.json("data", "digest", "one", "MyData")).toEqual({ id: "one", key: "MyData", digest });
    expect(await place.json("data", "size", "one", "MyData")).toEqual({
      id: "one",
      key: "MyData",
      size: bytes.length,
    });

    expect(await place.done("data", "get", "one", "MyData", "out.bin")).toBe("");
    const out = path.join(place.folder, "out.bin");
    expect(readFileSync(out).equals(bytes)).toBe(true);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    await place.runWith({ input: "" }, "data", "set", "one", "empty", "-");
    expect(await place.done("data", "ls", "one", "-q")).toBe("MyData\nempty\n");
    expect(await place.done("data", "ls", "one")).toMatch(
      new RegExp(`^KEY +SIZE +DIGEST\nMyData +${bytes.length} +${digest}\nempty +0 +sha256:[0-9a-f]{64}\n$`),
    );
    expect(await place.json("data", "ls", "one")).toMatchObject({
      id: "one",
      data: [
        { key: "MyData", size: bytes.length, digest },
        { key: "empty", size: 0 },
      ],
    });
  });

  it("replaces what a link points to, and leaves a good file alone when it fails", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await place.runWith({ input: "new" }, "data", "set", "one", "k");
    writeFileSync(path.join(place.folder, "target"), "old");
    symlinkSync("target", path.join(place.folder, "link"));
    expect((await place.run("data", "get", "one", "missing", "link")).code).toBe(1);
    expect(readFileSync(path.join(place.folder, "target"), "utf8")).toBe("old");
    await place.done("data", "get", "one", "k", "link");
    expect(readFileSync(path.join(place.folder, "target"), "utf8")).toBe("new");
    const piped = `'${process.execPath}' '${await programFile}' --dir '${place.dir}' data get one k /dev/stdout | cat`;
    expect((await runProcess("sh", ["-c", piped])).stdout).toBe("new");
    expect((await place.run("data", "get", "one", "k", "no/where")).stderr).toMatch(
      /^stowage: cannot write .*no\/where: no such file or folder\n$/,
    );
  });

  it("refuses keys that are no file names, and says what is missing", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    for (const key of ["..", "/", "userdata", ""]) {
      const refused = await place.runWith({ input: "x" }, "data", "set", "one", key, "--json");
      expect(refused.code).toBe(1);
      expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: "ERR_INVALID_BIG_DATA_NAME" } });
    }
    for (const how of ["get", "size", "digest"]) {
      expect(await place.run("data", how, "one", "missing")).toMatchObject({ code: 1, stdout: "" });
    }
  });
});

describe("check, gc and wipe", () => {
  it("find nothing wrong with a good store", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    expect(await place.done("check")).toBe(`nothing is wrong with ${place.dir}\n`);
    expect(await place.json("check")).toEqual({ dir: place.dir, findings: [] });
    expect(await place.run("check", "-q")).toMatchObject({ code: 0, stdout: "" });
  });

  it("remove folders that belong to nobody, after saying so", async () => {
    await using place = await bench();
    const id = (await place.done("create", "--data", "k=/dev/null")).trimEnd();
    const orphan = "ab".repeat(32);
    mkdirSync(path.join(place.dir, orphan), { mode: 0o700 });
    writeFileSync(path.join(place.dir, orphan, "x"), "12345");
    expect(await place.json("gc", "--dry-run")).toMatchObject({
      removed: [{ path: orphan, bytes: 5 }],
      bytes: 5,
      dryRun: true,
    });
    const removed = await place.run("gc");
    expect(removed).toMatchObject({
      code: 0,
      stdout: `${orphan}\n`,
      stderr: "stowage: removed 1 thing, freed 5B\n",
    });
    expect(await place.json("gc")).toMatchObject({ removed: [], bytes: 0, dryRun: false });
    expect(readdirSync(place.dir)).toContain(id);
  });

  it("wipe only when told --yes", async () => {
    await using place = await bench();
    await place.done("create", "--id", "one");
    await place.done("create", "--id", "two", "--volatile");
    const asked = await place.run("wipe");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/--yes/);
    expect(await place.json("wipe", "--yes")).toEqual({ removed: 2 });
    expect(await place.json("ls")).toEqual([]);
    expect((await place.run("wipe", "--yes")).stderr).toContain("removed 0 containers");
  });
});
