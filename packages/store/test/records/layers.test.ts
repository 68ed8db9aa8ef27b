import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { load } from "../../src/records/reload.ts";
import { fileOf, recordTexts } from "./arbitraries.ts";

describe("the layer of a record", () => {
  it("is the one that a plain decode has, also before it was asked for, and wherever the record stands by then", () => {
    const ways = fc.constantFrom("as read", "asked for", "moved");
    fc.assert(
      fc.property(
        fc.array(recordTexts, { minLength: 1, maxLength: 5 }),
        ways,
        fc.string(),
        (texts, way, other) => {
          const bytes = Buffer.from(fileOf(texts, ""));
          const { entries } = load(bytes, false);
          for (const [index, { container }] of decodeFile(Buffer.from(bytes), false).entries()) {
            const entry = entries[index]!;
            const { layer } = container;
            if (way === "asked for") expect(entry.layer).toBe(layer);
            if (way === "moved" && entry.source !== undefined) {
              entry.placeAt(Buffer.from(entry.source.subarray(entry.start)), 0, entry.end - entry.start);
            }
            expect(entry.hasLayer(layer)).toBe(true);
            for (const wanted of [other, `${layer}x`, layer.replace(/.$/s, "\u00ff"), layer.slice(1)])
              expect(entry.hasLayer(wanted)).toBe(wanted === layer);
            expect(entry.layer).toBe(layer);
            expect(entry.container.layer).toBe(layer);
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
