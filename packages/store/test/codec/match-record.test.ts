import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { layerOf, LazyContainer } from "../../src/codec/lazy-container.ts";
import { RecordMatcher } from "../../src/codec/match-record.ts";
import { scanRecord } from "../../src/codec/scan-record.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { containers, usualContainers } from "../records/arbitraries.ts";

const usual = makeContainer({
  id: "a",
  names: ["one", "two"],
  image: "image",
  layer: "layer",
  metadata: '{"k":"<&>"}\n',
  created: "2024-01-02T03:04:05.5Z",
  bigDataNames: ["k", "l"],
  bigDataSizes: new Map([
    ["k", 1],
    ["l", 20],
  ]),
  bigDataDigests: new Map([["k", "sha256:0"]]),
  flags: new Map<string, string | boolean | number | null>([
    ["a", "text"],
    ["b", true],
    ["c", 7],
    ["d", null],
  ]),
});

/** A few bytes of a record exchanged, so that it is nearly one. */
const changed = fc
  .tuple(
    fc.oneof(containers, usualContainers, fc.constant(usual)).map(encodeContainerText),
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.nat({ max: 2 }),
        fc.constantFrom("", "0", '"', ",", "\\", "\\n", "<", "é", "\t", "-", "[]", "z"),
      ),
    ),
  )
  .map(([text, splices]) =>
    Buffer.from(
      splices.slice(0, 2).reduce((all, [at, remove, add]) => {
        const place = at % (all.length + 1);
        return all.slice(0, place) + add + all.slice(place + remove);
      }, text),
    ),
  );

describe("a record that is taken by its pattern", () => {
  it("is one that the scanner takes, to the same end and with the same contents", () => {
    let taken = 0;
    fc.assert(
      fc.property(changed, fc.constantFrom("", "x", "[{}, "), (record, before) => {
        const bytes = Buffer.concat([Buffer.from(before), record, Buffer.from(',{"id":"')]);
        const matched = new RecordMatcher(bytes).take(before.length);
        if (matched === undefined) return;
        taken += 1;
        const scanned = scanRecord(bytes, before.length);
        expect(matched.end).toBe(scanned?.end);
        expect({ ...matched, layer: layerOf(matched) }).toEqual(scanned);
      }),
      { numRuns: runs(5_000) },
    );
    expect(taken).toBeGreaterThan(runs(100));
  });

  it("may have all that usual records have", () => {
    const bytes = Buffer.from(encodeContainerText(usual));
    const matched = new RecordMatcher(bytes).take(0);
    expect(matched?.end).toBe(bytes.length);
    expect({ ...new LazyContainer(matched!, false) }).toEqual({ ...usual });
  });

  it("is found wherever it stands in a file of many windows, as are those between", () => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 300 }), fc.integer({ min: 4_000, max: 80_000 })), {
      minLength: 20,
      maxLength: 60,
    });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const all = lengths.map((length, index) =>
          makeContainer({
            ...usual,
            id: `id${index}`,
            names: [],
            metadata: (index % 3 === 0 ? "é" : "m").repeat(length),
          }),
        );
        const bytes = Buffer.from(`[${all.map(encodeContainerText).join(",")}]`);
        const decoded = decodeFile(bytes, false);
        expect(decoded.map(({ container }) => container.id)).toEqual(all.map(({ id }) => id));
        for (const [index, { start, end, canonical, container }] of decoded.entries()) {
          expect(canonical).toBe(true);
          expect(bytes.toString("utf8", start, end)).toBe(encodeContainerText(all[index]!));
          expect(container.metadata).toBe(all[index]!.metadata);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it("takes little time to be refused", () => {
    const text = encodeContainerText(makeContainer({ ...usual, metadata: '"'.repeat(30_000) }));
    // Right up to the end, so that everything has been tried by then.
    const bytes = Buffer.from(`${text.slice(0, -1)}!`);
    for (let count = 0; count < 100; count += 1) {
      expect(new RecordMatcher(bytes).take(0)).toBeUndefined();
    }
  });
});
