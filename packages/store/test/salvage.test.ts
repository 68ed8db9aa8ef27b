import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CodecError } from "../src/codec/codec-error.ts";
import { decodeFile } from "../src/codec/decode-file.ts";
import { type Broken, salvageFile } from "../src/codec/salvage.ts";
import { encodeContainerText } from "../src/codec/encode-container.ts";
import { A, B, C, list, record } from "./support/health.ts";

interface Result {
  readonly ids: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
  readonly broken: readonly Broken[];
}

function salvage(bytes: Uint8Array | string): Result {
  const ids: string[] = [];
  const spans: [number, number][] = [];
  const broken: Broken[] = [];
  for (const part of salvageFile(Buffer.from(bytes), false)) {
    if (part === undefined) continue;
    if ("broken" in part) broken.push(part.broken);
    else {
      ids.push(part.record.container.id);
      spans.push([part.record.start, part.record.end]);
    }
  }
  return { ids, spans, broken };
}

/** A record that has a space behind each colon and comma. */
const spaced = (id: string): string =>
  `{"id": "${id}", "image": "", "layer": "", "created": "2025-03-04T05:06:07Z"}`;

const three = list(record(A), record(B), record(C));

describe("salvage", () => {
  it.each([
    ["an empty file", "", []],
    ["null", "null", []],
    ["an empty list", " [ ] \n", []],
    ["records", three, [A, B, C]],
    ["records and white space", ` [ ${record(A)} , \n${record(B)} ]\n`, [A, B]],
    ["a NUL behind the list", `${three}\0rest`, [A, B, C]],
  ])("finds nothing broken in %s", (_, content, ids) => {
    expect(salvage(content)).toMatchObject({ ids, broken: [] });
  });

  it.each([
    ["cut in the last record", three.slice(0, -20), [A, B]],
    ["cut behind a comma", `${list(record(A), record(B)).slice(0, -1)},`, [A, B]],
    ["cut before the bracket", three.slice(0, -1), [A, B, C]],
    ["without its beginning", three.slice(5), [B, C]],
    ["without its bracket", three.slice(1), [A, B, C]],
    ["without a comma", three.replace("},{", "}{"), [A, B, C]],
    ["with two commas", three.replace("},{", "},,{"), [A, B, C]],
    ["with null for a record", list(record(A), "null", record(C)), [A, C]],
    ["with a broken record", three.replace(`"id":"${B}"`, `"id":"${B}`), [A, C]],
    ["with something behind it", `${three}x`, [A, B, C]],
    ["with another list behind it", `${list(record(A))}${list(record(B))}`, [A, B]],
    ["that is one record", record(A), [A]],
    ["of nothing", "\0\0\0\0", []],
    ["that is no JSON", 'Lorem ipsum {"dolor": {}}', []],
    [
      "with a record in another order",
      `[!{"created":"2025-03-04T05:06:07Z","layer":"","image":"","id":"${A}"}]`,
      [A],
    ],
  ])("keeps every complete record of a file %s", (_, content, ids) => {
    const result = salvage(content);
    expect(result.ids).toEqual(ids);
    expect(result.broken.length).toBeGreaterThan(0);
  });

  it("does not take what lies inside of a broken record for a record, unless it has all that one has", () => {
    // Each reads to the end, and comes to nothing.
    const inside = `{"id":"inside","created":"2025-03-04T05:06:07Z"}`;
    expect(salvage(`[{"id":"${A}","flags":{"f":${inside}},"created":7},${record(B)}]`).ids).toEqual([B]);
    expect(
      salvage(`[{"id":"${A}","metadata":${JSON.stringify(record(C))},"created":7},${record(B)}]`).ids,
    ).toEqual([B]);
  });

  it.each([
    ["as other programs write JSON, one in a line", spaced],
    ["each behind a broken one", (id: string) => `${spaced(id).slice(0, -2)},${spaced(id)}`],
  ])("keeps all of very many records %s", (_, unit) => {
    const ids = Array.from({ length: 5_000 }, (__, index) => index.toString(16).padStart(64, "0"));
    const result = salvage(`[!${ids.map(unit).join("\n")}`);
    expect(result.ids).toEqual(ids);
    expect(result.broken.every(({ isUnsearched }) => !isUnsearched)).toBe(true);
  });

  it("says when the search was given up, and finds what Go writes also then", () => {
    // Each reads to the end, and comes to nothing.
    const inside = `{"id":"a","flags":{"f":`.repeat(5_000);
    const result = salvage(`[${inside}!,${spaced(A)},${record(B)},${spaced(C)}]`);
    expect(result.ids).toEqual([B]);
    expect(result.broken.map(({ isUnsearched }) => isUnsearched)).toEqual([true, true]);
  });

  it("says where it is broken, and which record that is", () => {
    const content = list(record(A), `{"id":7}`, record(C));
    const start = record(A).length + 2;
    expect(salvage(content).broken).toEqual([
      {
        start,
        end: start + `{"id":7},`.length,
        offset: start + 6,
        reason: "a string expected",
        record: 2,
        isUnsearched: false,
      },
    ]);
  });

  it.each([
    ["objects inside of objects", '{"id":"","x":['],
    ["beginnings of records", '{"id":"a",'],
    ["braces", "{"],
    ["strings that never end", '{"id":"\\"'],
    ["records in beginnings of records", `{"id":"a","x":[${spaced(A)},`],
  ])("gets through %s in time that grows with the file only", { tags: ["large"] }, (_, unit) => {
    const bytes = Buffer.from(`[!${unit.repeat(Math.ceil(2_000_000 / unit.length))}`);
    // Quadratic time would be hours: that it ends is what counts.
    expect(salvage(bytes).ids.every((id) => id === A)).toBe(true);
  });

  const container = fc.record({
    id: fc.stringMatching(/^[0-9a-f]{8,64}$/),
    names: fc.array(fc.string({ unit: "binary", maxLength: 6 }), { maxLength: 3 }),
    metadata: fc.string({ maxLength: 40 }),
    pretty: fc.boolean(),
  });
  const fileText = fc.array(container, { maxLength: 8 }).map((all) => {
    const texts = all.map(({ id, names, metadata, pretty }) => {
      const value = JSON.parse(record(id, { names, metadata })) as object;
      return pretty ? JSON.stringify(value, null, 2) : JSON.stringify(value);
    });
    return list(...texts);
  });

  it("gives just the records of a sound file, whatever they hold", () => {
    fc.assert(
      fc.property(fileText, (content) => {
        const bytes = Buffer.from(content);
        const expected = decodeFile(bytes, false);
        const parts = [...salvageFile(bytes, false)].filter((part) => part !== undefined);
        expect(
          parts.map((part) => ("record" in part ? encodeContainerText(part.record.container) : part)),
        ).toEqual(expected.map((each) => encodeContainerText(each.container)));
      }),
      { numRuns: runs(1_000) },
    );
  });

  it("finds something broken just when decoding fails, at the same place", () => {
    const spoiled = fc.tuple(fileText, fc.nat(), fc.nat({ max: 255 })).map(([content, at, byte]) => {
      const bytes = Buffer.from(content);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(spoiled, (bytes) => {
        let failure: CodecError | undefined;
        try {
          decodeFile(bytes, false);
        } catch (error) {
          failure = error as CodecError;
        }
        const { broken } = salvage(bytes);
        expect(broken[0]?.offset).toBe(failure?.offset);
        expect(broken[0]?.reason).toBe(failure?.reason);
        expect(broken[0]?.record).toBe(failure?.recordNumber);
      }),
      { numRuns: runs(3_000) },
    );
  });
});
