import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { changesBetween as changesById, type Changes } from "../../src/model/changes-between.ts";
import type { RecordEntry } from "../../src/records/record-entry.ts";
import { load, type Reloaded, reload } from "../../src/records/reload.ts";
import { fileOf } from "./arbitraries.ts";
import { blanks, edited, edits, files, textsOf, withoutEscape, written } from "./edits.ts";

const changesBetween = (
  before: readonly RecordEntry[],
  after: readonly RecordEntry[],
): Changes<RecordEntry> => changesById(before, after, (entry) => entry.container.id);

const bytesOf = ({ source, start, end, container }: RecordEntry): string =>
  source === undefined ? encodeContainerText(container) : source.toString("latin1", start, end);

/** Reloads from a buffer that is used for something else at once. */
function reloadFrom(old: readonly RecordEntry[], bytes: Buffer, volatile = false): Reloaded {
  const scratch = Buffer.concat([Buffer.from("xx"), bytes, Buffer.from("yy")]);
  const result = reload(old, scratch.subarray(2, 2 + bytes.length), volatile);
  scratch.fill(0x7a);
  return result;
}

function outcome<T>(run: () => T): T | { offset: number; record: number | undefined } {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { offset: error.offset, record: error.recordNumber };
  }
}

/** The reloaded file against the plain way: decode it all. */
function expectPlain(old: readonly RecordEntry[], bytes: Buffer): void {
  const plain = outcome(() =>
    decodeFile(Buffer.from(bytes), false).map(({ container }) => encodeContainerText(container)),
  );
  const before = textsOf(old);
  const result = outcome(() => reloadFrom(old, bytes));
  expect(textsOf(old)).toEqual(before);
  if (!("entries" in result)) {
    expect(result).toEqual(plain);
    return;
  }
  expect(textsOf(result.entries)).toEqual(plain);
  // What is said to have changed is what has changed.
  const changes = changesBetween(result.before, result.after);
  for (const { before: one, after: other } of changes.changed)
    expect(bytesOf(one)).not.toEqual(bytesOf(other));
  const kept = new Set(old);
  for (const entry of result.entries) if (!kept.has(entry)) expect(result.after).toContain(entry);
  // And what is kept can be written; a byte that was no UTF-8 is U+FFFD from then on.
  const again = load(written(result.entries), false).entries;
  expect(textsOf(again).map(withoutEscape)).toEqual((plain as string[]).map(withoutEscape));
}

describe("a file that is read again", () => {
  it("is the same as one that is decoded whole, after any edits", () => {
    fc.assert(
      fc.property(files, edits, blanks, ([records, blank], list, newBlank) => {
        const { entries } = load(Buffer.from(fileOf(records, blank)), false);
        expectPlain(entries, Buffer.from(fileOf(edited(records, list), newBlank)));
      }),
      { numRuns: runs(700) },
    );
  });

  it("is the same as one that is decoded whole, after any damage", () => {
    const damage = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 40 }),
      add: fc.constantFrom("", ",", "]", "}", '"', "\0", "]\0", "{", " ", "\\", "x"),
    });
    fc.assert(
      fc.property(files, damage, ([records, blank], { at, remove, add }) => {
        const text = Buffer.from(fileOf(records, blank));
        const place = at % (text.length + 1);
        const bytes = Buffer.concat([
          text.subarray(0, place),
          Buffer.from(add),
          text.subarray(place + remove),
        ]);
        expectPlain(load(text, false).entries, bytes);
      }),
      { numRuns: runs(700) },
    );
  });

  it("is the same as one that is decoded whole, whatever the two files have to do with each other", () => {
    fc.assert(
      fc.property(files, files, ([one, blank], [other, otherBlank]) => {
        expectPlain(
          load(Buffer.from(fileOf(one, blank)), false).entries,
          Buffer.from(fileOf(other, otherBlank)),
        );
      }),
      { numRuns: runs(300) },
    );
  });

  it.each([";", "]", " ", "\0", '"'])("has no %j in the place of a comma between records", (other) => {
    const records = Array.from(
      { length: 6 },
      (_, id) => `{"id":"${id}","image":"","layer":"","created":"0001-01-01T00:00:00Z"}`,
    );
    const commas = records.slice(1).map((_, index) => records.slice(0, index + 1).join(",").length + 1);
    for (const at of commas) {
      const text = fileOf(records);
      const bytes = Buffer.from(text.slice(0, at) + other + text.slice(at + 1));
      expectPlain(load(Buffer.from(text), false).entries, bytes);
    }
  });

  it("sees through a tail that stands inside a string now", () => {
    // Behind the comma in the string stand just the bytes that were the last record and the bracket.
    const last = '{"id":"z","image":"","layer":"","created":"0001-01-01T00:00:00Z",",":1,"x":2}';
    const old = load(
      Buffer.from(`[{"id":"a","image":"","layer":"","created":"0001-01-01T00:00:00Z"},${last}]`),
      false,
    );
    const bytes = Buffer.from(`[{"id":"a","metadata":",${last}]`);
    expectPlain(old.entries, bytes);
  });

  it("ends at a NUL behind a list, though old records follow", () => {
    const records = ["a", "b", "c"].map(
      (id) => `{"id":"${id}","image":"","layer":"","created":"0001-01-01T00:00:00Z"}`,
    );
    const { entries } = load(Buffer.from(fileOf(records)), false);
    const bytes = Buffer.from(`[${records[0]},{"id":"x"}]\0,${records[2]}]`);
    expect(reloadFrom(entries, bytes).entries.map(({ container }) => container.id)).toEqual(["a", "x"]);
    expectPlain(entries, bytes);
  });
});

describe("the work of reading again", () => {
  const record = (id: number, metadata = "m".repeat(50)): string =>
    `{"id":"${id}","image":"","layer":"l${id}","metadata":"${metadata}","created":"2024-01-02T03:04:05Z"}`;
  const texts = Array.from({ length: 1_000 }, (_, id) => record(id));
  const bytes = Buffer.from(fileOf(texts));
  const { entries } = load(Buffer.from(bytes), false);

  it("is none but comparing once when nothing changed", () => {
    const result = reloadFrom(entries, bytes);
    expect(result.entries).toBe(entries);
    expect(result.decoded).toBe(0);
    expect(result.compared).toBeLessThanOrEqual(bytes.length);
  });

  it.each([0, 1, 400, 998, 999])("is one record when record %i changed", (at) => {
    const changed = texts.with(at, record(at, "other"));
    const result = reloadFrom(entries, Buffer.from(fileOf(changed)));
    expect(result.decoded).toBe(1);
    expect(result.before).toEqual([entries[at]]);
    expect(result.after.map(({ container }) => container.metadata)).toEqual(["other"]);
    expect(result.entries.filter((entry, index) => entry !== entries[index])).toHaveLength(1);
    expect(result.compared).toBeLessThanOrEqual(3 * bytes.length);
    expect(changesBetween(result.before, result.after)).toEqual({
      created: [],
      changed: [{ before: entries[at], after: result.entries[at] }],
      removed: [],
    });
  });

  it.each([0, 500, 999])("is none when record %i was removed", (at) => {
    const result = reloadFrom(entries, Buffer.from(fileOf(texts.toSpliced(at, 1))));
    expect(result.decoded).toBe(0);
    expect(result.entries).toEqual(entries.toSpliced(at, 1));
    expect(changesBetween(result.before, result.after).removed).toEqual([entries[at]]);
  });

  it.each([0, 500, 1_000])("is one when one came at %i", (at) => {
    const result = reloadFrom(entries, Buffer.from(fileOf(texts.toSpliced(at, 0, record(5_000)))));
    expect(result.decoded).toBe(1);
    expect(result.entries.toSpliced(at, 1)).toEqual(entries);
    expect(changesBetween(result.before, result.after).created.map(({ container }) => container.id)).toEqual([
      "5000",
    ]);
  });

  it("keeps the objects of records that only moved", () => {
    const moved = [...texts.slice(500), ...texts.slice(0, 500)];
    const result = reloadFrom(entries, Buffer.from(fileOf(moved)));
    expect(new Set(result.entries)).toEqual(new Set(entries));
    expect(changesBetween(result.before, result.after)).toEqual({ created: [], changed: [], removed: [] });
  });
});
