import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseDataOption, parseFlag, parseFlagValue, parseIdMapping } from "../../src/input/arguments.ts";
import { decodeMetadata } from "../../src/input/metadata-text.ts";
import { editDistance, nearest } from "../../src/near-words.ts";

describe("flags", () => {
  it("take JSON as JSON and anything else as text", () => {
    const read = ["true", "3", "-0", '"3"', '["a"]', "null", "yes", "1e999", "{", ""].map(parseFlagValue);
    expect(read).toEqual([true, 3, -0, "3", ["a"], null, "yes", "1e999", "{", ""]);
  });

  it("round-trip every JSON value", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseFlagValue(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it("split at the first equals sign and need a name", () => {
    expect(parseFlag("a=b=c")).toEqual(["a", "b=c"]);
    expect(parseFlag('__proto__={"x":1}')[0]).toBe("__proto__");
    expect(() => parseFlag("=1")).toThrow(/KEY=VALUE/);
    expect(() => parseFlag("pinned")).toThrow(/KEY=VALUE/);
  });
});

describe("big data options", () => {
  it("name a key and a file", () => {
    expect(parseDataOption("config.json=./a=b")).toEqual({ key: "config.json", file: "./a=b" });
    for (const wrong of ["config.json", "=f", "k="]) expect(() => parseDataOption(wrong)).toThrow(/KEY=FILE/);
  });
});

describe("id mappings", () => {
  it("are three whole numbers", () => {
    expect(parseIdMapping("0:100000:65536")).toEqual({ containerId: 0, hostId: 100_000, size: 65_536 });
    for (const wrong of ["", "0:1", "0:1:0", "a:1:1", "-1:1:1", "0:1:1:1", "0x1:1:1", "1.5:1:1", " 1:1:1"]) {
      expect(() => parseIdMapping(wrong)).toThrow(/CONTAINER:HOST:SIZE/);
    }
  });
});

describe("metadata", () => {
  it("is UTF-8 text, kept to the byte, or refused", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(decodeMetadata(Buffer.from(text), "file")).toBe(text);
      }),
    );
    expect(decodeMetadata(Buffer.from("\ufeffx"), "file")).toBe("\ufeffx");
    expect(() => decodeMetadata(Buffer.from([0xff]), "meta.bin")).toThrow(/meta\.bin is not UTF-8/);
  });
});

describe("suggestions", () => {
  it("measure a distance", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("wbe", "web")).toBe(1);
    const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const distance = editDistance(one, other);
        expect(distance).toBe(editDistance(other, one));
        expect(distance === 0).toBe(one === other);
        expect(distance).toBeGreaterThanOrEqual(Math.abs(one.length - other.length));
        expect(distance).toBeLessThanOrEqual(Math.max(one.length, other.length));
      }),
    );
  });

  it("are near, few, and the nearest first", () => {
    expect(nearest("wbe", ["web", "db", "web"])).toEqual(["web"]);
    expect(nearest("frontnd", ["frontend", "backend", "frontends"])).toEqual(["frontend", "frontends"]);
    expect(nearest("x", ["y", "z"])).toEqual([]);
    expect(nearest("nothing-like-it", ["web"])).toEqual([]);
  });
});
