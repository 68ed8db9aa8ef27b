import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { parseRange } from "../src/input/range.ts";
import { parseSize } from "../src/input/size.ts";
import { bench } from "./support/program.ts";
import type { Bench } from "./support/program.ts";

async function withItem(): Promise<Bench & { readonly bytes: Buffer }> {
  const place = await bench();
  const bytes = Buffer.from(Array.from({ length: 600_001 }, (_, index) => (index * 7) % 251));
  writeFileSync(path.join(place.folder, "file"), bytes);
  await place.done("create", "--id", "one", "--name", "web", "--data", "k=file");
  await place.done("create", "--id", "two", "--name", "db");
  return { ...place, bytes };
}

describe("data get", () => {
  it("gives parts, as bytes, into a file, and as JSON", async () => {
    await using place = await withItem();
    const { bytes } = place;
    for (const [range, part] of [
      ["0:10", bytes.subarray(0, 10)],
      ["300000:300007", bytes.subarray(300_000, 300_007)],
      ["599999:", bytes.subarray(599_999)],
      [":3", bytes.subarray(0, 3)],
      ["700000:", Buffer.alloc(0)],
      ["5:5", Buffer.alloc(0)],
    ] as const) {
      const got = await place.run("data", "get", "web", "k", "--range", range);
      expect([got.code, got.stdoutBytes.equals(part)]).toEqual([0, true]);
      await place.done("data", "get", "web", "k", "out", "--range", range);
      expect(readFileSync(path.join(place.folder, "out")).equals(part)).toBe(true);
      expect(await place.json("data", "get", "web", "k", "--range", range)).toEqual({
        id: "one",
        key: "k",
        size: part.length,
        base64: part.toString("base64"),
      });
    }
    for (const wrong of ["10:5", "x:", ":", "5", "-1:3"]) {
      expect(await place.run("data", "get", "web", "k", "--range", wrong)).toMatchObject({ code: 2 });
    }
    expect(await place.run("data", "get", "web", "k", "--range", "1:2", "--verify")).toMatchObject({
      code: 2,
    });
  });

  it("verifies, and leaves a file alone when the item is not what is recorded", async () => {
    await using place = await withItem();
    await place.done("data", "get", "web", "k", "out", "--verify");
    expect(readFileSync(path.join(place.folder, "out")).equals(place.bytes)).toBe(true);
    const wrong = Buffer.from(place.bytes);
    wrong[600_000] = 0;
    writeFileSync(path.join(place.dir, "one", "k"), wrong);
    for (const to of [["new"], ["out"], []]) {
      const failed = await place.run("data", "get", "web", "k", ...to, "--verify");
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain("stowage check");
      // The last piece was kept back.
      expect(failed.stdoutBytes.length).toBeLessThan(wrong.length);
    }
    expect(existsSync(path.join(place.folder, "new"))).toBe(false);
    expect(readFileSync(path.join(place.folder, "out")).equals(place.bytes)).toBe(true);
    expect((await place.run("data", "get", "web", "k")).stdoutBytes.equals(wrong)).toBe(true);
  });
});

describe("data rm, copy, verify", () => {
  it("removes all or none", async () => {
    await using place = await withItem();
    await place.done("data", "set", "web", "second", "file");
    expect(await place.run("data", "rm", "web", "k", "nothing")).toMatchObject({ code: 1, stdout: "" });
    expect(await place.done("data", "ls", "web", "-q")).toBe("k\nsecond\n");
    expect(await place.json("data", "rm", "web", "k", "second")).toEqual({ id: "one", data: [] });
    expect(existsSync(path.join(place.dir, "one", "k"))).toBe(false);
  });

  it("copies to another container and to another key", async () => {
    await using place = await withItem();
    const digest = (await place.done("data", "digest", "web", "k")).trimEnd();
    expect(await place.json("data", "copy", "web", "k", "db")).toEqual({
      id: "two",
      key: "k",
      size: 600_001,
      digest,
    });
    expect(await place.done("data", "cp", "web", "k", "web", "copy", "--verify")).toBe("");
    expect((await place.run("data", "get", "web", "copy")).stdoutBytes.equals(place.bytes)).toBe(true);
    writeFileSync(path.join(place.dir, "one", "k"), "other");
    const failed = await place.run("data", "copy", "web", "k", "db", "again", "--verify");
    expect([failed.code, failed.stdout]).toEqual([1, ""]);
    expect(await place.done("data", "ls", "db", "-q")).toBe("k\n");
  });

  it("verifies all items or some", async () => {
    await using place = await withItem();
    await place.done("data", "copy", "web", "k", "web", "bad");
    await place.done("data", "copy", "web", "k", "web", "gone");
    expect(await place.done("data", "verify", "web")).toBe("k: ok\nbad: ok\ngone: ok\n");
    writeFileSync(path.join(place.dir, "one", "bad"), Buffer.alloc(600_001));
    const result = await place.run("data", "verify", "web", "bad", "k", "unheard-of");
    expect(result.code).toBe(1);
    expect(result.stdout).toMatch(/^bad: mismatch; .*\nk: ok\nunheard-of: missing; .*\n$/);
    expect(await place.run("data", "verify", "web", "-q")).toMatchObject({ code: 1, stdout: "" });
    expect(await place.run("data", "verify", "nobody")).toMatchObject({ code: 1 });
  });
});

describe("--quota", () => {
  it("bounds what a container may keep, wherever data are written", async () => {
    await using place = await withItem();
    await place.done("export", "backup.tar", "-q");
    for (const args of [
      ["data", "set", "db", "k", "file"],
      ["data", "copy", "web", "k", "db"],
      ["create", "--name", "third", "--data", "k=file"],
      ["--dir", "elsewhere", "import", "backup.tar"],
    ]) {
      const refused = await place.run(...args, "--quota", "600kB");
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(/^stowage: .*quota is 600000.*--quota.*\n$/);
      expect(await place.done("data", "ls", "db", "-q")).toBe("");
    }
    await place.done("data", "set", "db", "k", "file", "--quota", "600001");
    expect(await place.run("ls", "--quota", "much")).toMatchObject({ code: 2 });
  });
});

it("items of any size go in and out in the memory of small ones", async () => {
  await using place = await bench();
  await place.done("create", "--id", "one");
  const size = 400_000_000;
  writeFileSync(path.join(place.folder, "small"), "small");
  const peak = async (...args: string[]): Promise<number> => {
    const told = "process.on('exit',()=>process.stderr.write(String(process.resourceUsage().maxRSS)))";
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(told)}` };
    const { code, stderr } = await place.runWith({ env }, "-q", ...args);
    expect(code).toBe(0);
    return Number(stderr) * 1024;
  };
  const least = await peak("data", "set", "one", "small", "small");
  writeFileSync(path.join(place.folder, "big"), Buffer.alloc(size));
  for (const args of [
    ["data", "set", "one", "k", "big"],
    ["create", "--id", "two", "--data", "k=big"],
    ["data", "get", "one", "k", "out", "--verify"],
    ["data", "copy", "one", "k", "one", "k2"],
    ["data", "verify", "one", "k"],
    ["export", "-f", "id=one", "archive.tar"],
    ["--dir", "elsewhere", "import", "archive.tar"],
  ]) {
    expect(await peak(...args), args.join(" ")).toBeLessThan(least + size / 3);
  }
});

describe("sizes and ranges on the command line", () => {
  it.each([
    ["0", 0],
    ["512", 512],
    ["512b", 512],
    ["10kB", 10_000],
    ["1.5GB", 1_500_000_000],
    ["1.5GiB", 1_610_612_736],
    ["10m", 10_485_760],
    ["2T", 2 * 1024 ** 4],
  ])("%s is %i bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
  it.each(["", "x", "1.5", "-1", "1e3", "10XB", "99999999999999999999"])("%j is no size", (text) => {
    expect(() => parseSize(text)).toThrow(/takes a size/);
  });
  it("a range has at least one end, in order", () => {
    expect(parseRange("5:")).toEqual({ start: 5, end: undefined });
    expect(() => parseRange("99999999999999999:")).toThrow(/START:END/);
  });
});
