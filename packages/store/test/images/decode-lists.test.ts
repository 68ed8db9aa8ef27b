import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CodecError } from "../../src/codec/codec-error.ts";
import { decodeImages, decodeLayers } from "../../src/images/decode-lists.ts";

const bytes = (text: string): Buffer => Buffer.from(text);

describe("images.json and layers.json", () => {
  it.each(["", "null", "[]", " [ ] ", "[]\0whatever"])("%j has none", (text) => {
    expect(decodeImages(bytes(text))).toEqual([]);
    expect(decodeLayers(bytes(text))).toEqual([]);
  });

  it("gives back what is asked for, whatever else stands there", () => {
    const keys = ["__proto__", "constructor", "toString", "metadata", "big-data-sizes", "uidset"];
    const record = fc.record({
      id: fc.string({ unit: "binary" }),
      names: fc.array(fc.string({ unit: "binary" })),
      digest: fc.string(),
      layer: fc.string(),
      created: fc.string(),
      parent: fc.string(),
    });
    const other = fc.array(fc.tuple(fc.constantFrom(...keys), fc.json()));
    fc.assert(
      fc.property(fc.array(fc.tuple(record, other)), (written) => {
        const file = bytes(
          `[${written
            .map(([known, more]) => {
              const members = [
                ...Object.entries(known).map(([key, value]) => [key, JSON.stringify(value)]),
                ...more,
              ];
              return `{${members.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(",")}}`;
            })
            .join(",\n")}]`,
        );
        const images = written.map(([{ id, names, digest, layer, created }]) => ({
          id,
          names,
          digest,
          layer,
          created,
        }));
        expect(decodeImages(file)).toEqual(images);
        expect(decodeLayers(file)).toEqual(written.map(([{ id, names, parent }]) => ({ id, names, parent })));
      }),
    );
    expect(({} as Record<string, unknown>)["id"]).toBeUndefined();
  });

  it("says where what stops, and never half of a list", () => {
    const whole = '[{"id":"a","names":["x:1"],"n":{"m":[1,{}]}},{"id":"b"}]';
    for (let end = 1; end < whole.length; end += 1) {
      expect(() => decodeImages(bytes(whole.slice(0, end)))).toThrow(CodecError);
    }
    for (const [text, offset, recordNumber] of [
      ["{}", 0, 1],
      ['[{"id":1}]', 7, 1],
      ['[{"id":"a"},{"names":"b"}]', 21, 2],
      ['[{"names":[1]}]', 11, 1],
      ["[null]", 1, 1],
      ["[{}] x", 5, undefined],
    ] as const) {
      expect(() => decodeImages(bytes(text))).toThrow(expect.objectContaining({ offset, recordNumber }));
    }
  });

  it("survives deep nesting and any bytes", () => {
    const deep = `[{"metadata":${"[".repeat(200_000)}`;
    expect(() => decodeImages(bytes(deep))).toThrow(CodecError);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (tail) => {
        const file = Buffer.concat([bytes('[{"id":"a"'), tail]);
        try {
          decodeImages(file);
        } catch (error) {
          expect(error).toBeInstanceOf(CodecError);
        }
      }),
    );
  });
});
