import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeContainer } from "../../src/codec/decode-container.ts";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainer, encodeContainerText } from "../../src/codec/encode-container.ts";
import { JsonReader } from "../../src/codec/json-reader.ts";
import { LazyContainer } from "../../src/codec/lazy-container.ts";
import { parseUsual } from "../../src/codec/parse-usual.ts";
import { readContainer } from "../../src/codec/read-container.ts";
import type { Container } from "../../src/model/container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { containers, recordTexts, usualContainers } from "../records/arbitraries.ts";

const decode = (bytes: Buffer): { container: Container; canonical: boolean } =>
  decodeContainer(bytes, 0, bytes.length, false);

/** Fields as plain values, so that they can be compared whatever class holds them. */
const plain = (container: Container): unknown =>
  Object.fromEntries(
    Object.entries(container).map(([key, value]) => [
      key,
      typeof value === "object" && "entries" in value && !Array.isArray(value)
        ? new Map(value as ReadonlyMap<string, unknown>)
        : value,
    ]),
  );

/** Bytes that change what a record means, or how it is written. */
const splices = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    add: fc.oneof(
      fc.constantFrom(
        "",
        " ",
        "\n",
        "\\u0041",
        "\\u003C",
        "\\/",
        "\\b",
        "\\u0008",
        "0",
        "-",
        ".5",
        "e5",
        ",",
        '"',
        "A",
        "<",
        "null",
        "[]",
        "{}",
      ),
      fc.uint8Array({ maxLength: 2 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
    ),
  }),
  { maxLength: 2 },
);
const mutated = fc
  .tuple(fc.oneof(recordTexts, usualContainers.map(encodeContainerText)), splices)
  .map(([text, list]) => {
    let latin1 = Buffer.from(text).toString("latin1");
    for (const { at, remove, add } of list) {
      const place = at % (latin1.length + 1);
      latin1 = latin1.slice(0, place) + add + latin1.slice(place + remove);
    }
    return Buffer.from(latin1, "latin1");
  });

describe("records and bytes", () => {
  it("encode and decode to the same record", () => {
    fc.assert(
      fc.property(containers, (container) => {
        const bytes = encodeContainer(container);
        const { container: again, canonical } = decode(bytes);
        expect(canonical).toBe(true);
        expect(plain(again)).toEqual(plain(container));
        expect(encodeContainer(again)).toEqual(bytes);
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("are canonical just when encoding gives the same bytes", () => {
    let decoded = 0;
    let canonical = 0;
    fc.assert(
      fc.property(mutated, (bytes) => {
        try {
          const record = decode(bytes);
          decoded += 1;
          if (record.canonical) canonical += 1;
          expect(encodeContainer(record.container).equals(bytes)).toBe(record.canonical);
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset).toBeLessThanOrEqual(bytes.length);
        }
      }),
      { numRuns: runs(5_000) },
    );
    // The property says nothing when it never gets that far.
    expect(canonical).toBeGreaterThan(runs(100));
    expect(decoded - canonical).toBeGreaterThan(runs(100));
  });

  it("are the same by the fast way and by the careful one", () => {
    let [fast, byParser] = [0, 0];
    fc.assert(
      fc.property(mutated, (bytes) => {
        let careful;
        try {
          const reader = new JsonReader(bytes, 0, bytes.length);
          careful = readContainer(reader, true);
          if (reader.peek() >= 0) careful = undefined;
        } catch (error) {
          if (!(error instanceof CodecError)) throw error;
        }
        if (careful === undefined) {
          expect(() => decodeContainer(bytes, 0, bytes.length, true)).toThrow(CodecError);
          return;
        }
        const { container, canonical } = decodeContainer(bytes, 0, bytes.length, true);
        if (container instanceof LazyContainer) {
          fast += 1;
          const usual = parseUsual(Buffer.from(bytes).toString("utf8"), container);
          if (usual !== undefined) byParser += 1;
          if (usual !== undefined) expect(plain(usual)).toEqual(plain(careful.container));
        }
        // White space around the record is not the careful reader's affair.
        const isAll = bytes[0] === 0x7b && bytes.at(-1) === 0x7d;
        expect(canonical).toBe(careful.canonical && isAll);
        expect(plain(container)).toEqual(plain(careful.container));
      }),
      { numRuns: runs(2_000) },
    );
    expect(fast).toBeGreaterThan(runs(50));
    expect(byParser).toBeGreaterThan(runs(20));
  });

  it("do not depend on what stands around them", () => {
    fc.assert(
      fc.property(recordTexts, fc.string(), fc.string(), (text, before, behind) => {
        const bytes = Buffer.from(before + text + behind);
        const start = Buffer.byteLength(before);
        const { container } = decodeContainer(bytes, start, start + Buffer.byteLength(text), false);
        expect(encodeContainerText(container)).toBe(encodeContainerText(decode(Buffer.from(text)).container));
        // One byte less is no record.
        expect(() =>
          decodeContainer(bytes, start, start + Buffer.byteLength(text.trimEnd()) - 1, false),
        ).toThrow(CodecError);
      }),
      { numRuns: runs(500) },
    );
  });

  it("take a Uint8Array, and a view of a larger one", () => {
    const text = encodeContainerText(
      makeContainer({ id: "a", created: "2024-01-02T03:04:05Z", names: ["ü"] }),
    );
    const bytes = new Uint8Array(Buffer.from(`xx[${text}]yy`)).subarray(2, Buffer.byteLength(text) + 4);
    const [record] = decodeFile(bytes, false);
    expect(record?.container.names).toEqual(["ü"]);
    expect(record?.start).toBe(1);
  });
});

describe("what is handed out", () => {
  const text =
    '{"id":"a","names":["n"],"image":"","layer":"","metadata":"m","big-data-names":["k"],"big-data-sizes":{"k":1},' +
    '"big-data-digests":{"k":"d"},"created":"2024-01-02T03:04:05Z","uidmap":[{"container_id":1,"host_id":2,"size":3}],' +
    '"flags":{"list":[{"__proto__":{"polluted":true}}]},"x":1}';

  it.each([
    ["at once", text],
    ["when asked", text.replace(',"x":1', "")],
  ])("cannot be changed (decoded %s)", (_, json) => {
    const { container } = decode(Buffer.from(json));
    expect(container instanceof LazyContainer).toBe(!json.includes('"x"'));
    const parts: object[] = [
      container,
      container.names,
      container.bigDataNames,
      container.uidMap,
      container.uidMap[0]!,
    ];
    const list = container.flags.get("list") as readonly object[];
    parts.push(list, list[0]!, (list[0] as Record<string, object>)["__proto__"]!);
    for (const part of parts) expect(Object.isFrozen(part)).toBe(true);
    for (const map of [
      container.bigDataSizes,
      container.bigDataDigests,
      container.flags,
      container.unknownFields,
    ]) {
      expect(() => Map.prototype.set.call(map, "k", 2)).toThrow(TypeError);
    }
    expect(Object.getPrototypeOf(list[0])).toBeNull();
    expect("polluted" in {}).toBe(false);
  });
});

describe("bytes that are no file of records", () => {
  const good = '{"id":"a","image":"","layer":"","created":"2024-01-02T03:04:05Z"}';

  it.each([
    [`[${good},{"id":5}]`, 2, '[,"id":'.length + good.length + 1],
    [`[${good},null]`, 2, good.length + 2],
    [`[null]`, 1, 1],
    [`[${good}`, undefined, good.length + 1],
    [`[${good}]x`, undefined, good.length + 2],
    [` `, undefined, 1],
    ["\0\0\0", undefined, 0],
    ["\ufeff[]", undefined, 0],
    [`[${good},${good.slice(0, 30)}`, 2, good.length + 32],
  ])("%s fails in record %s at byte %i", (text, recordNumber, offset) => {
    expect(() => decodeFile(Buffer.from(text), false)).toThrow(
      expect.objectContaining({ name: "CodecError", recordNumber, offset }) as CodecError,
    );
  });

  const deep = (depth: number, open: string, close: string): Buffer =>
    Buffer.from(`[${good.slice(0, -1)},"flags":{"k":${open.repeat(depth)}1${close.repeat(depth)}}}]`);

  it.each([
    ["[", "]"],
    ['{"k":', "}"],
  ])("may nest flags as deep as Go reads, %s, and not deeper", (open, close) => {
    const [record] = decodeFile(deep(9_999, open, close), false);
    expect(encodeContainerText(record!.container)).toContain(`${open.repeat(9_999)}1`);
    for (const depth of [10_000, 12_000, 1_000_000]) {
      expect(() => decodeFile(deep(depth, open, close), false)).toThrow(/nested more than 10000 deep/);
    }
  });

  it.each([
    ['"x":', 9_999, ""],
    ['"uidmap":[{"x":', 9_998, "}]"],
  ])("may nest what is not known as deep as Go reads, %s %i times, and not deeper", (before, most, after) => {
    const nested = (depth: number): Buffer =>
      Buffer.from(`[${good.slice(0, -1)},${before}${"[".repeat(depth)}${"]".repeat(depth)}${after}}]`);
    expect(decodeFile(nested(most), false)).toHaveLength(1);
    expect(() => decodeFile(nested(most + 1), false)).toThrow(/nested more than 10000 deep/);
  });

  it("may be open at the end, as deep as can be", () => {
    for (const bytes of [
      deep(1_000_000, "[", ""),
      Buffer.from("[".repeat(1_000_000)),
      Buffer.from('[{"a":'.repeat(200_000)),
    ]) {
      expect(() => decodeFile(bytes, false)).toThrow(CodecError);
    }
  });

  it("are told from a list of none", () => {
    for (const text of ["", "null", " null\n", "[]", " [ ]\n", "[]\0", "null\0x"]) {
      expect(decodeFile(Buffer.from(text), false)).toEqual([]);
    }
  });
});

describe("encoding", () => {
  const base = { id: "a", created: "2024-01-02T03:04:05Z" };

  it.each([
    ["a time that is none", { created: "yesterday" }, /creation time "yesterday"/],
    ["a time that would end the string", { created: '"' }, /creation time/],
    ["a size with a fraction", { bigDataSizes: new Map([["k", 1.5]]) }, /1.5 is no integer/],
    ["a size that was rounded", { bigDataSizes: new Map([["k", 2 ** 53]]) }, /no integer/],
    ["a size beyond 64 bits", { bigDataSizes: new Map([["k", 2n ** 63n]]) }, /no integer/],
    ["NaN", { flags: new Map([["k", [NaN]]]) }, /NaN/],
    ["an infinity", { flags: new Map([["k", -Infinity]]) }, /Infinity/],
    [
      "an unknown member with a known name",
      { unknownFields: new Map([["Names", "1"]]) },
      /is a member that is known/,
    ],
    ["an unknown member that is no JSON", { unknownFields: new Map([["x", "1}"]]) }, /no JSON/],
    ["an unknown member that only Go reads", { unknownFields: new Map([["x", "-01"]]) }, /no JSON/],
  ])("refuses %s", (_, fields, message) => {
    expect(() => encodeContainer(makeContainer({ ...base, ...fields }))).toThrow(
      expect.objectContaining({
        name: "TypeError",
        message: expect.stringMatching(message) as string,
      }) as TypeError,
    );
  });

  it("brings a time into its usual form", () => {
    expect(encodeContainerText(makeContainer({ id: "a", created: "2024-01-02T3:04:05,50+00:00" }))).toContain(
      '"created":"2024-01-02T03:04:05.5Z"',
    );
  });
});
