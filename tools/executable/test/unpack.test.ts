import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "@stowage/test-kit";
import { unpack } from "../unpack.mjs";

type Environment = Readonly<Record<string, string | undefined>>;
const require = createRequire(import.meta.url);
const { calledAs } = require("../called-as.cjs") as {
  calledAs(word: string, own: string, env: Environment): string;
};

const names = ["dist/program.cjs", "node_modules/addon/addon.node"];
const read = (name: string): ArrayBuffer => new TextEncoder().encode(`this is ${name}`).buffer as ArrayBuffer;
const unread = (): never => {
  throw new Error("it was unpacked already");
};

describe("the files of the single-file program", () => {
  it("are unpacked once, for this user alone", async () => {
    await using home = await temporaryFolder();
    const first = unpack("d1", names, read, { HOME: home.path });
    expect(first).toEqual({
      folder: path.join(home.path, ".cache/stowage/program/d1"),
      isForThisRunOnly: false,
    });
    for (const name of names) {
      expect(readFileSync(path.join(first.folder, name), "utf8")).toBe(`this is ${name}`);
      expect(statSync(path.join(first.folder, name)).mode & 0o077).toBe(0);
    }
    expect(unpack("d1", names, unread, { HOME: home.path })).toEqual(first);
    expect(readdirSync(path.dirname(first.folder))).toEqual(["d1"]);
    const other = unpack("d2", names, read, { XDG_CACHE_HOME: path.join(home.path, "cache") });
    expect(other.folder).toBe(path.join(home.path, "cache/stowage/program/d2"));
  });

  it("are those of this run only where others could put theirs, and are removed", async () => {
    await using home = await temporaryFolder();
    const folder = path.join(home.path, ".cache/stowage/program");
    mkdirSync(path.join(folder, "d1"), { recursive: true });
    writeFileSync(path.join(folder, "d1/evil"), "");
    chmodSync(folder, 0o777);
    const open = unpack("d1", names, read, { HOME: home.path });
    expect(open.isForThisRunOnly).toBe(true);
    expect(open.folder.startsWith(folder)).toBe(false);
    open.remove?.();
    expect(() => statSync(open.folder)).toThrow("ENOENT");
  });

  it.each(["a link", "open to others"])("are not those of a folder that is %s", async (what) => {
    await using home = await temporaryFolder();
    const folder = path.join(home.path, ".cache/stowage/program");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    mkdirSync(path.join(home.path, "theirs"), { mode: 0o700 });
    writeFileSync(path.join(home.path, "theirs/evil"), "");
    if (what === "a link") symlinkSync(path.join(home.path, "theirs"), path.join(folder, "d1"));
    else {
      mkdirSync(path.join(folder, "d1"));
      chmodSync(path.join(folder, "d1"), 0o777);
      writeFileSync(path.join(folder, "d1/evil"), "");
    }
    const { folder: used, remove } = unpack("d1", names, read, { HOME: home.path });
    expect(readdirSync(used)).toEqual(["dist", "node_modules"]);
    remove?.();
  });

  it("are unpacked for each run where there is no home, and nothing is left when that fails", async () => {
    const { folder, remove } = unpack("d1", names, read, { HOME: "" });
    expect(readdirSync(folder)).toEqual(["dist", "node_modules"]);
    remove?.();
    await using home = await temporaryFolder();
    expect(() => unpack("d1", names, unread, { HOME: home.path })).toThrow("already");
    expect(readdirSync(path.join(home.path, ".cache/stowage/program"))).toEqual([]);
  });
});

describe("the path by which it was called", () => {
  it("is that of the link that was meant", async () => {
    await using folder = await temporaryFolder();
    const bin = path.join(folder.path, "bin");
    mkdirSync(bin);
    writeFileSync(path.join(bin, "stowage"), "", { mode: 0o755 });
    symlinkSync("stowage", path.join(bin, "containers-storage"));
    const env = { PATH: `/nowhere:${bin}` };
    const own = path.join(bin, "stowage");
    expect(calledAs("containers-storage", own, env)).toBe(path.join(bin, "containers-storage"));
    expect(calledAs("./a/containers-storage", own, env)).toBe(path.resolve("a/containers-storage"));
    expect(calledAs("not-there", own, env)).toBe(own);
  });
});
