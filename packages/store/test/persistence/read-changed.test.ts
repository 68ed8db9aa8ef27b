import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import type { ReadAt } from "../../src/persistence/read-at.ts";
import { makeChunks, readChanged } from "../../src/persistence/read-changed.ts";
import { KnownFile } from "../../src/records/known-file.ts";
import { load } from "../../src/records/reload.ts";

const COUNT = 5_000;
const textOf = (id: string, length: number): string =>
  encodeContainerText(
    makeContainer({ id, created: "2024-01-02T03:04:05Z", metadata: "-".repeat(length + 1) }),
  );
const texts = Array.from({ length: COUNT }, (_, number) => textOf(`c${number}`, 1_000 + (number % 7)));
const fileOf = (records: readonly string[]): Buffer => Buffer.from(`[${records.join(",")}]`);
const readerOf =
  (bytes: Buffer): ReadAt =>
  (buffer, offset, length, position) =>
    bytes.copy(buffer, offset, position, position + length);

describe("a large file that is read from both ends", () => {
  const known = KnownFile.of(load(fileOf(texts), false).entries)!;
  const chunks = makeChunks();

  it("leaves a middle that is little more than what was changed, and makes the records of the whole", async () => {
    const change = fc.record({
      at: fc.nat({ max: COUNT - 1 }),
      remove: fc.nat({ max: 3 }),
      add: fc.array(fc.nat({ max: 3_000 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, remove, add }) => {
        const added = add.map((length, index) => textOf(`new ${index}`, length));
        const bytes = fileOf(texts.toSpliced(at, remove, ...added));
        const changed = (await readChanged(readerOf(bytes), bytes.length, known, chunks))!;
        expect(changed.head + changed.middle.length + changed.tail).toBe(bytes.length);
        const touched = [...texts.slice(at, at + remove), ...added].join(",").length;
        expect(changed.middle.length).toBeLessThan(touched + 4_096);
        const { entries } = known.reload(changed, false)!;
        expect(entries.map(({ id }) => id)).toEqual(load(bytes, false).entries.map(({ id }) => id));
      }),
      { numRuns: runs(30) },
    );
  });

  it("is not given when it has another size by now", async () => {
    const bytes = fileOf(texts);
    for (const size of [bytes.length - 1, bytes.length + 1])
      expect(await readChanged(readerOf(bytes), size, known, chunks)).toBeUndefined();
  });
});
