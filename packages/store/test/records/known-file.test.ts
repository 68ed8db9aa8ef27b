import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFile } from "../../src/codec/decode-file.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { makeContainer } from "../../src/model/containers.ts";
import { type ChangedFile, KnownFile } from "../../src/records/known-file.ts";
import type { RecordEntry } from "../../src/records/record-entry.ts";
import { load } from "../../src/records/reload.ts";
import { fileOf, recordTexts } from "./arbitraries.ts";
import { blanks, edited, edits, files, textsOf, withoutEscape, written } from "./edits.ts";

const usualText = (id: string): string =>
  encodeContainerText(makeContainer({ id, created: "2024-01-02T03:04:05Z" }));

/** What is left of a file that is compared with the known one from both ends, so many bytes at a time. */
function changedFile(known: KnownFile, bytes: Buffer, chunk: number): ChangedFile {
  let [head, tail] = [0, 0];
  const rest = (): number => Math.min(chunk, bytes.length - head - tail);
  while (rest() > 0 && known.has(bytes.subarray(head, head + rest()), head)) head += rest();
  for (;;) {
    const at = bytes.length - tail - rest();
    const moved = at + known.size - bytes.length;
    if (rest() === 0 || !known.has(bytes.subarray(at, at + rest()), moved)) break;
    tail += rest();
  }
  return { size: bytes.length, head, tail, middle: bytes.subarray(head, bytes.length - tail) };
}

/** The middle alone, where it is enough, against the whole file. */
function expectByMiddle(old: readonly RecordEntry[], bytes: Buffer, chunk: number): boolean {
  const known = KnownFile.of(old);
  if (known === undefined) return false;
  expect(known.has(written(old), 0)).toBe(true);
  const reloaded = known.reload(changedFile(known, bytes, chunk), false);
  if (reloaded === undefined) return false;
  const plain = decodeFile(Buffer.from(bytes), false);
  expect(textsOf(reloaded.entries)).toEqual(plain.map(({ container }) => encodeContainerText(container)));
  const kept = new Set(old);
  for (const entry of reloaded.entries) if (!kept.has(entry)) expect(reloaded.after).toContain(entry);
  if (reloaded.before.length === 0 && reloaded.after.length === 0) expect(reloaded.entries).toBe(old);
  const again = load(written(reloaded.entries), false).entries;
  expect(textsOf(again).map(withoutEscape)).toEqual(textsOf(reloaded.entries).map(withoutEscape));
  return true;
}

describe("a file of which only the middle is at hand", () => {
  const chunks = fc.integer({ min: 1, max: 400 });
  // White space anywhere leaves it to the whole file: most are to be without, and of a few records at least.
  const mostlyNone = fc.oneof({ weight: 9, arbitrary: fc.constant("") }, { weight: 1, arbitrary: blanks });
  const usual = fc.stringMatching(/^[a-z]{1,4}$/).map(usualText);
  const texts = fc.oneof({ weight: 4, arbitrary: usual }, { weight: 1, arbitrary: recordTexts });
  const lists = fc.tuple(fc.array(texts, { minLength: 1, maxLength: 8 }));
  /** Reads the old records anew each time: what is the same is placed anew in what was read. */
  const oldOf = (records: readonly string[]): readonly RecordEntry[] =>
    load(Buffer.from(fileOf(records, "")), false).entries;

  it("is the same as one that is decoded whole, after any edits", () => {
    let enough = 0;
    fc.assert(
      fc.property(lists, edits, chunks, mostlyNone, ([records], list, chunk, blank) => {
        const bytes = Buffer.from(fileOf(edited(records, list), blank));
        if (expectByMiddle(oldOf(records), bytes, chunk)) enough += 1;
      }),
      { numRuns: runs(1_500) },
    );
    expect(enough).toBeGreaterThan(runs(300));
  });

  it("is the same as one that is decoded whole, or left to that, after any damage", () => {
    const damage = fc.record({
      at: fc.nat(),
      remove: fc.nat({ max: 60 }),
      add: fc.constantFrom("", ",", "]", "[", '"', "}", "{", "\0", " ", "],", ",,", '{"id":"a"}', "\0x"),
    });
    fc.assert(
      fc.property(files, damage, chunks, ([records], { at, remove, add }, chunk) => {
        const sound = Buffer.from(fileOf(records, ""));
        const place = at % (sound.length + 1);
        const bytes = Buffer.concat([
          sound.subarray(0, place),
          Buffer.from(add),
          sound.subarray(place + remove),
        ]);
        expectByMiddle(oldOf(records), bytes, chunk);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it("may have lost or got a record anywhere, and may be just as before", () => {
    const [a, b, c, d] = ["a", "b", "c", "d"].map(usualText);
    for (const [before, after] of [
      [
        [a, b, c],
        [a, c],
      ],
      [
        [a, b, c],
        [b, c],
      ],
      [
        [a, b, c],
        [a, b],
      ],
      [
        [a, c],
        [a, b, c],
      ],
      [
        [a, c],
        [a, c, d],
      ],
      [
        [a, c],
        [d, a, c],
      ],
      [[a], [b]],
      [
        [a, b],
        [a, b],
      ],
      [
        [a, a, a],
        [a, a],
      ],
    ] as string[][][]) {
      for (const chunk of [1, 7, 40, 1000]) {
        expect(expectByMiddle(oldOf(before!), Buffer.from(fileOf(after!, "")), chunk)).toBe(true);
      }
    }
  });
});
