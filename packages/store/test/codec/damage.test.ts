import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainer } from "../../src/codec/encode-container.ts";
import { makeContainer } from "../../src/model/containers.ts";

const RECORDS = [
  '{"id":"a","names":["n","é"],"image":"i","layer":"l","metadata":"m\\n\\u003c","big-data-names":["k"],' +
    '"big-data-sizes":{"k":12},"big-data-digests":{"k":"sha256:0"},"created":"2024-01-02T03:04:05.6+07:00",' +
    '"uidmap":[{"container_id":0,"host_id":1,"size":2}],"flags":{"F":[1.5,null,true,{"y":"z"}],"G":1e+21},"new":[-1]}',
  '{ "ID" : "b", "layer" : null, "created":"2024-01-02T03:04:05Z" }',
  "{}",
];

/** The error that decoding ends with, if it does. */
function errorOf(bytes: Buffer): CodecError | undefined {
  try {
    decodeFile(bytes, false);
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(CodecError);
    return error as CodecError;
  }
}

describe("a damaged file", () => {
  it.each(["", "\n", " \t\r\n"])("is cut off at any byte, but for the white space at its end: %j", (tail) => {
    const whole = Buffer.from(` [${RECORDS.join(" ,\n")}]${tail}`);
    const complete = whole.length - Buffer.byteLength(tail);
    for (let length = 1; length <= whole.length; length += 1) {
      const error = errorOf(whole.subarray(0, length));
      expect(error === undefined).toBe(length >= complete);
      // Nothing can be wrong before the end of what is right.
      if (error !== undefined) expect(error.offset).toBeLessThanOrEqual(length);
    }
  });

  it("ends in an error that names a place in it, whatever happened to it", () => {
    const whole = Buffer.from(`[${RECORDS.join(",")}]`);
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      remove: fc.constantFrom(0, 1, 1, 4, 30),
      insert: fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc.constantFrom(...RECORDS).map((text) => Buffer.from(text)),
      ),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
        let bytes: Buffer = whole;
        for (const { at, remove, insert } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]);
        }
        const error = errorOf(bytes);
        if (error === undefined) return;
        refused += 1;
        expect(error.offset).toBeGreaterThanOrEqual(0);
        expect(error.offset).toBeLessThanOrEqual(bytes.length);
        expect(error.message).toContain(error.reason);
        if (error.recordNumber !== undefined) expect(error.recordNumber).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: runs(2_000) },
    );
    expect(refused).toBeGreaterThan(runs(500));
  });

  it("is refused where a stretch was overwritten with NULs, as a loss of power does", () => {
    // Behind an escape, and in the keys of mappings, the library lets control characters through, and so do we.
    const record = RECORDS[0]!.replace("m\\n\\u003c", "m").replace(/"uidmap":.*?\],/, "");
    const whole = Buffer.from(`[${record},${record.replace('"a"', '"b"')}]`);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 64 }), (at, length) => {
        const bytes = Buffer.from(whole).fill(0, at, Math.min(at + length, whole.length));
        expect(errorOf(bytes)).toBeDefined();
      }),
    );
  });
});

describe("a large file", { tags: ["large"] }, () => {
  const LENGTH = 10_000_000;
  const SHORTER = LENGTH / 5;

  it.each([
    ["without escapes", "x".repeat(LENGTH)],
    ["of escapes", "\n".repeat(SHORTER / 2)],
    ["of wide characters", "é".repeat(SHORTER / 2)],
  ])("may hold a string of millions of bytes, %s", (_, metadata) => {
    const container = makeContainer({ id: "a", created: "2024-01-02T03:04:05Z", metadata });
    const bytes = Buffer.concat([Buffer.from("["), encodeContainer(container), Buffer.from("]")]);
    const [record] = decodeFile(bytes, false);
    expect(record!.canonical).toBe(true);
    expect(record!.container.metadata === metadata).toBe(true);
    expect(errorOf(bytes.subarray(0, bytes.length - 20))).toBeDefined();
  });

  it("may hold very many of everything", () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}`);
    const container = makeContainer({
      id: "a",
      created: "2024-01-02T03:04:05Z",
      names: keys,
      bigDataNames: keys,
      bigDataSizes: new Map(keys.map((key, index) => [key, index])),
      flags: new Map(keys.map((key, index) => [key, index / 2])),
      unknownFields: new Map(keys.map((key) => [key, "[1]"])),
    });
    const bytes = Buffer.concat([Buffer.from("["), encodeContainer(container), Buffer.from("]")]);
    const [record] = decodeFile(bytes, false);
    expect(record!.canonical).toBe(true);
    expect(encodeContainer(record!.container).equals(bytes.subarray(1, -1))).toBe(true);
  });

  it.each(["big-data-sizes", "uidmap", "flags"])(
    "is refused in little time when a number in %s never ends",
    (member) => {
      // Making a number of so many digits would take minutes: that it ends is what counts.
      const digits = "9".repeat(LENGTH * 4);
      const value = member === "uidmap" ? `[{"size":${digits}}]` : `{"k":${digits}}`;
      expect(errorOf(Buffer.from(`[{"id":"a","${member}":${value}}]`))?.reason).toMatch(/^a number beyond/);
    },
  );

  it("is refused in little time when it is nothing but beginnings", () => {
    for (const text of [
      '"',
      '"\\',
      "[",
      "{",
      '{"a":',
      '[{"flags":{"a":',
      "-",
      "0",
      "1e",
      "{}",
      "[]",
      "\\u",
      " ",
    ]) {
      const bytes = Buffer.from(`[${text.repeat(LENGTH / 10 / text.length)}`);
      expect(errorOf(bytes)).toBeDefined();
    }
  });
});

describe("a record that was read", () => {
  it("has all its members as properties of its own, as one that was made", () => {
    const made = makeContainer({
      id: "a",
      created: "2024-01-02T03:04:05Z",
      metadata: "m",
      flags: new Map([["f", 1]]),
    });
    const [record] = decodeFile(
      Buffer.concat([Buffer.from("["), encodeContainer(made), Buffer.from("]")]),
      false,
    );
    const { container } = record!;
    expect(Object.keys(container).toSorted()).toEqual(Object.keys(made).toSorted());
    expect({ ...container }).toEqual({ ...made });
    expect(Object.isFrozen(container)).toBe(true);
    expect(() => Object.assign(container, { metadata: "x" })).toThrow(TypeError);
    expect(container.flags).toBe(container.flags);
  });
});
