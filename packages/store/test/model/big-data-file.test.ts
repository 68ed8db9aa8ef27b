import path from "node:path";
import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bigDataFile } from "../../src/model/big-data-file.ts";
import { isDataFolderName, isFileName, LONGEST_FILE_NAME } from "../../src/model/data-folder.ts";

const fileOf = (key: string): string | undefined => bigDataFile(key)?.components.join("/");

describe("the file of a big data item", () => {
  it.each([
    ["config.json", "config.json"],
    ["0..9.z", "0..9.z"],
    ["...", "..."],
    ["MyData", "=TXlEYXRh"],
    ["endsinA", "endsinA"],
    ["a ", "a "],
    ["é", "é"],
    ["\u{1f600}", "\u{1f600}"],
    ["abc\u{1f600}", "abc\u{1f600}"],
    ["abc\n", "abc\n"],
    ["e\u0301", "e\u0301"],
    ["e\u0301x", "=ZcyBeA=="],
    ["héllo", "=aMOpbGxv"],
    ["x y", "=eCB5"],
    ["__proto__", "=X19wcm90b19f"],
    ["a-b", "=YS1i"],
    ["A", "A"],
    ["AA", "=QUE="],
    ["=", "="],
    ["=a", "=PWE="],
    ["????>>>", "=Pz8/Pz4+Pg=="],
    ["???", "=Pz8"],
    [".a/b", "=LmEvYg=="],
    ["../x", "=Li4veA=="],
    ["/etc", "=L2V0Yw=="],
    ["a/", "a"],
    [".tmp-x", "=LnRtcC14"],
  ])("of %j is %j", (key, file) => {
    expect(fileOf(key)).toBe(file);
  });

  it.each(["", ".", "..", "/", "./", "../", "\0", "a\0", "\ud800", "a\udc00"])("of %j is none", (key) => {
    expect(bigDataFile(key)).toBeUndefined();
  });

  it.each([
    ["a/", false],
    ["userdata", false],
    ["userdata/", false],
    ["userdat", true],
    ["Userdata", true],
    ["???", true],
    ["????>>>", true],
    ["endsinA", true],
  ])("of %j may be written: %j", (key, writable) => {
    expect(bigDataFile(key)?.writable).toBe(writable);
  });

  it("has a name that a file system can hold", () => {
    expect(fileOf("a".repeat(255))).toHaveLength(255);
    expect(bigDataFile("a".repeat(256))).toBeUndefined();
    expect(bigDataFile(`${"a".repeat(254)}é`)).toBeUndefined();
    expect(fileOf("A".repeat(189))).toHaveLength(253);
    expect(bigDataFile("A".repeat(192))).toBeUndefined();
    // Its base64 is a folder's name and one that is too long.
    expect(bigDataFile(`???${"\0".repeat(300)}`)).toBeUndefined();
    expect(bigDataFile("A".repeat(10_000_000))).toBeUndefined();
    expect(bigDataFile("a".repeat(10_000_000))).toBeUndefined();
  });

  const aKey = fc.oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom("a", "z", ".", "0", "/", "A", "?", ">", "é", "\0", "=", "\u{1f600}", "\ud800"),
      maxLength: 8,
    }),
  );

  it("lies strictly inside the container's folder", () => {
    fc.assert(
      fc.property(aKey, (key) => {
        const item = bigDataFile(key);
        if (item === undefined) return;
        expect(item.components.every(isFileName)).toBe(true);
        const file = path.resolve("/store/id", ...item.components);
        expect(file.startsWith("/store/id/")).toBe(true);
        expect(path.normalize(file)).toBe(file);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it("is no other item's, where both may be written", () => {
    fc.assert(
      fc.property(aKey, aKey, (one, other) => {
        fc.pre(one !== other && bigDataFile(one)?.writable === true && bigDataFile(other)?.writable === true);
        expect(fileOf(one)).not.toBe(fileOf(other));
      }),
      { numRuns: runs(3_000) },
    );
  });

  it("is where the loop of the Go library puts it", () => {
    /** The characters one by one: any that is not plain ends the search, unless nothing is left behind it. */
    const byLoop = (key: string): string => {
      const rest = [...key];
      while (rest.length > 0) if (!/^[.0-9a-z]$/.test(rest.shift()!)) break;
      return rest.length > 0 ? `=${Buffer.from(key).toString("base64")}` : key;
    };
    fc.assert(
      fc.property(aKey, (key) => {
        const item = bigDataFile(key);
        if (item !== undefined)
          expect(path.posix.join("/", ...item.components)).toBe(
            path.posix.join("/", byLoop(key)).replace(/\/$/, ""),
          );
      }),
      { numRuns: runs(3_000) },
    );
  });
});

describe("a file name", () => {
  it.each(["a", "...", " ", "\n", "é", "a".repeat(LONGEST_FILE_NAME), "-rf", "~", "__proto__"])(
    "may be %j",
    (name) => {
      expect(isFileName(name)).toBe(true);
    },
  );

  it.each(["", ".", "..", "a/b", "/", "a\0", "\ud800", "a".repeat(LONGEST_FILE_NAME + 1), "é".repeat(128)])(
    "cannot be %j",
    (name) => {
      expect(isFileName(name)).toBe(false);
    },
  );
});

describe("the name of a container's folder", () => {
  it.each(["a", "a b", "containers", "containers.json2", "Containers.json", "tmp-x", "f".repeat(64)])(
    "may be %j",
    (id) => {
      expect(isDataFolderName(id)).toBe(true);
    },
  );

  it.each([
    "",
    "..",
    "a/b",
    "x\0",
    "containers.json",
    "volatile-containers.json",
    "containers.lock",
    "containers.lock.x",
    ".tmp-x",
    ".stowage-removed-x",
  ])("cannot be %j", (id) => {
    expect(isDataFolderName(id)).toBe(false);
  });
});
