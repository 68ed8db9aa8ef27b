import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeContainer, encodeContainerText } from "../../src/codec/encode-container.ts";
import { withFields } from "../../src/model/containers.ts";
import { compact } from "../../src/records/compact.ts";
import { carryOut, planFile } from "../../src/records/piece-list.ts";
import { newEntry, type RecordEntry } from "../../src/records/record-entry.ts";
import { load, reload } from "../../src/records/reload.ts";
import { containers, fileOf, recordTexts } from "./arbitraries.ts";

/** What a save does in memory; returns the file. */
function save(entries: readonly RecordEntry[]): Buffer {
  const plan = planFile(entries);
  const file = Buffer.concat(plan.pieces);
  expect(plan.size).toBe(file.length);
  carryOut(plan);
  compact(plan.entries);
  return file;
}

/** The file by the plain way: every record encoded. */
const encodeAll = (entries: readonly RecordEntry[]): string =>
  fileOf(entries.map(({ container }) => encodeContainerText(container)));

const lengthsOf = (entries: readonly RecordEntry[]): number[] =>
  entries.map(({ container }) => encodeContainer(container).length);

type Step =
  | { readonly kind: "change"; readonly at: number; readonly metadata: string }
  | { readonly kind: "create"; readonly at: number; readonly container: Parameters<typeof newEntry>[0] }
  | { readonly kind: "delete"; readonly at: number }
  | { readonly kind: "save" | "reload" | "fail" };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("change" as const), at: fc.nat(), metadata: fc.string() }),
    fc.record({ kind: fc.constant("create" as const), at: fc.nat(), container: containers }),
    fc.record({ kind: fc.constant("delete" as const), at: fc.nat() }),
    fc.record({
      kind: fc.constantFrom("save" as const, "save" as const, "reload" as const, "fail" as const),
    }),
  ),
  { maxLength: 20 },
);

describe("a file that is saved", () => {
  it("has the bytes of encoding everything, after any history", () => {
    fc.assert(
      fc.property(fc.array(recordTexts, { maxLength: 6 }), steps, (records, list) => {
        const first = Buffer.from(fileOf(records));
        let entries = load(first, false).entries;
        // Records with a time that Go does not write keep their bytes, so that encoding may give others.
        fc.pre(entries.every((entry) => entry.source === undefined || !/[+-]24:00"/.test(textOf(entry))));
        let disk: Buffer = first;
        let isOnDisk = true;
        let dirty = new Set(entries.filter(({ source }) => source === undefined));
        for (const step of list) {
          isOnDisk &&= step.kind === "fail" || step.kind === "reload";
          if (step.kind === "change" && entries.length > 0) {
            const at = step.at % entries.length;
            const changed = newEntry(withFields(entries[at]!.container, { metadata: step.metadata }));
            dirty.delete(entries[at]!);
            dirty.add(changed);
            entries = entries.with(at, changed);
          } else if (step.kind === "create") {
            const created = newEntry(step.container);
            dirty.add(created);
            entries = entries.toSpliced(step.at % (entries.length + 1), 0, created);
          } else if (step.kind === "delete" && entries.length > 0) {
            const at = step.at % entries.length;
            dirty.delete(entries[at]!);
            entries = entries.toSpliced(at, 1);
          } else if (step.kind === "fail") {
            // A plan that is not carried out changes nothing.
            expect(planFile(entries).encoded).toBe(dirty.size);
          } else if (step.kind === "save") {
            const expected = encodeAll(entries);
            expect(planFile(entries).encoded).toBe(dirty.size);
            disk = save(entries);
            expect(disk.toString()).toBe(expected);
            expect(planFile(entries).encoded).toBe(0);
            dirty = new Set();
            isOnDisk = true;
          } else if (step.kind === "reload" && isOnDisk && dirty.size === 0) {
            const result = reload(entries, Buffer.from(disk), false);
            expect(result.decoded).toBe(0);
            expect(result.entries).toEqual(entries);
          }
          for (const entry of entries) {
            if (entry.source !== undefined) expect(textOf(entry)).toBe(encodeContainerText(entry.container));
          }
        }
      }),
      { numRuns: runs(300) },
    );
  });

  const textOf = ({ source, start, end }: RecordEntry): string => source!.toString("utf8", start, end);

  it("writes in the usual form what was read in another, and copies the rest", () => {
    const odd = '{"created":"2024-01-02T03:04:05+00:00", "ID":"odd"}';
    const usual = '{"id":"usual","image":"","layer":"","created":"2024-01-02T03:04:05Z"}';
    const source = Buffer.from(`[${odd},${usual}]`);
    const plan = planFile(load(source, false).entries);
    expect(plan.encoded).toBe(1);
    expect(Buffer.concat(plan.pieces).toString()).toBe(
      `[{"id":"odd","image":"","layer":"","created":"2024-01-02T03:04:05Z"},${usual}]`,
    );
    // The same memory, not a copy.
    expect(plan.pieces.some(({ buffer }) => buffer === source.buffer)).toBe(true);
  });

  it("keeps every byte of a record that Go reads and cannot write", () => {
    const odd = '{ "id":"odd","created":"2024-01-02T03:04:05,5+24:00" }';
    const usual = '{"id":"usual","image":"","layer":"","created":"2024-01-02T03:04:05Z"}';
    const { entries } = load(Buffer.from(`[${odd} , ${usual}]`), false);
    expect(Buffer.concat(planFile(entries).pieces).toString()).toBe(`[${odd},${usual}]`);
    const changed = newEntry(withFields(entries[0]!.container, { metadata: "m" }));
    expect(encodeContainerText(changed.container)).toBe(
      '{"id":"odd","image":"","layer":"","metadata":"m","created":"2024-01-02T03:04:05,5+24:00"}',
    );
  });

  it("is three pieces when nothing changed, and a few more for each change", () => {
    const texts = Array.from(
      { length: 1_000 },
      (_, id) => `{"id":"${id}","image":"","layer":"","created":"2024-01-02T03:04:05Z"}`,
    );
    const { entries } = load(Buffer.from(fileOf(texts)), false);
    expect(planFile(entries).pieces).toHaveLength(3);
    const changed = entries.map((entry, at) =>
      at === 10 || at === 11 || at === 500 ? newEntry(withFields(entry.container, { metadata: "m" })) : entry,
    );
    const plan = planFile(changed);
    expect(plan.pieces).toHaveLength(7);
    expect(plan.encoded).toBe(3);
    const lengths = lengthsOf(changed);
    expect(plan.bytesEncoded).toBe(lengths[10]! + lengths[11]! + lengths[500]!);
  });

  it("has no record: two brackets", () => {
    expect(Buffer.concat(planFile([]).pieces).toString()).toBe("[]");
  });
});
