import { runs } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { withFields } from "../../src/model/containers.ts";
import { compact } from "../../src/records/compact.ts";
import { carryOut, planFile } from "../../src/records/piece-list.ts";
import { newEntry, type RecordEntry } from "../../src/records/record-entry.ts";
import { load } from "../../src/records/reload.ts";
import { fileOf } from "./arbitraries.ts";
import { alone, entryIn, sourcesOf, textOf, together } from "./raw-entries.ts";

const KB = 1024;
const MB = 1024 * KB;

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** What a file of these records would be. */
const written = (entries: readonly RecordEntry[]): string =>
  Buffer.concat(planFile(entries).pieces).toString();

/** Asks later whether these records stand where they stand now; buffers that large are not compared by their bytes. */
function keeping(entries: readonly RecordEntry[]): () => boolean {
  const sources = entries.map(({ source }) => source);
  return () => entries.every(({ source }, index) => source === sources[index]);
}

describe("compacting", () => {
  const text = (id: number, length: number): string =>
    `{"id":"${id}","image":"","layer":"","metadata":"${"m".repeat(length)}","created":"2024-01-02T03:04:05Z"}`;
  const loaded = (count: number, length: number): readonly RecordEntry[] =>
    load(Buffer.from(fileOf(times(count, (id) => text(id, length)))), false).entries;
  const encodeAll = (entries: readonly RecordEntry[]): string =>
    fileOf(entries.map(({ container }) => encodeContainerText(container)));
  const held = (entries: readonly RecordEntry[]): number =>
    [...sourcesOf(entries)].reduce((sum, { length }) => sum + length, 0);

  it("bounds pieces and memory over any number of changes", () => {
    const count = 2_000;
    let entries = loaded(count, 900);
    let most = 0;
    let mostHeld = 0;
    let size = 0;
    for (let round = 0; round < runs(1_500); round += 1) {
      const at = (round * 7919) % count;
      entries = entries.with(at, newEntry(withFields(entries[at]!.container, { image: String(round) })));
      const plan = planFile(entries);
      carryOut(plan);
      compact(plan.entries);
      most = Math.max(most, plan.pieces.length);
      mostHeld = Math.max(mostHeld, held(entries) - plan.size * 1.5);
      size = plan.size;
    }
    expect(most).toBeLessThan(4 * (64 + count / 64));
    expect(mostHeld).toBeLessThan(300 * KB);
    expect(size).toBe(written(entries).length);
    expect(written(entries)).toBe(encodeAll(entries));
  });

  it("lets go of a file that was replaced nearly whole", () => {
    const entries = loaded(200, 9_000);
    const old = entries[0]!.source;
    // The first record is decoded only later, from wherever it stands then.
    const changed = entries.map((entry, at) =>
      at === 0 ? entry : newEntry(withFields(entry.container, { image: "i" })),
    );
    const plan = planFile(changed);
    carryOut(plan);
    expect(compact(changed)).toBeGreaterThan(0);
    expect(sourcesOf(changed).has(old!)).toBe(false);
    old!.fill(0x7a);
    expect(changed[0]!.container.metadata).toBe("m".repeat(9_000));
    expect(written(changed)).toBe(encodeAll(changed));
  });

  it("does nothing to a file in order", () => {
    expect(compact(loaded(2, 900))).toBe(0);
    expect(compact([])).toBe(0);
  });
});

describe("the bytes that nobody needs", () => {
  it("are let be up to half of what is needed and 256 KB", () => {
    const spare = MB / 2 + 256 * KB;
    const entry = alone(MB, spare);
    expect(compact([entry])).toBe(0);
    expect(entry.source).toHaveLength(MB + spare);
    const more = alone(MB, spare + 1);
    const before = textOf(more);
    expect(compact([more])).toBe(MB);
    expect(more.source).toHaveLength(MB);
    expect(textOf(more) === before).toBe(true);
  });

  it("are those of a whole buffer, from which records may come in many places", () => {
    const source = Buffer.alloc(MB, "x");
    const quarters = times(4, (index) => entryIn(source, index * 256 * KB, (index * 256 + 192) * KB - 1));
    const between = times(4, () => alone(64 * KB));
    expect(compact(quarters.flatMap((quarter, index) => [quarter, between[index]!]))).toBe(0);
    const poor = alone(300 * KB, 700 * KB);
    expect(compact([...quarters, poor])).toBe(300 * KB);
    expect(sourcesOf(quarters)).toEqual(new Set([source]));
  });

  it("go with the buffers that hold the least that is needed, until a quarter is left", () => {
    const clean = alone(500 * KB);
    const good = alone(400 * KB, 100 * KB);
    const poor = alone(400 * KB, 400 * KB);
    const poorest = alone(400 * KB, 1_000 * KB);
    const areKept = keeping([clean, good]);
    // 1,500 KB are not needed, beside 1,700 KB that are; 1,075 KB are to go.
    expect(compact([clean, good, poor, poorest])).toBe(800 * KB);
    expect(areKept()).toBe(true);
    expect(sourcesOf([poor, poorest]).size).toBe(1);
    expect(poor.source).toHaveLength(800 * KB);
  });

  it("of a large buffer count by their share", () => {
    const large = alone(300 * KB, 2_700 * KB);
    const good = alone(400 * KB, 100 * KB);
    const clean = alone(500 * KB);
    expect(compact([clean, good, large])).toBe(300 * KB);
    expect(large.source).toHaveLength(300 * KB);
  });

  it("stay where just a quarter is left", () => {
    const poor = alone(200 * KB, 800 * KB);
    const good = alone(800 * KB, 250 * KB);
    expect(compact([good, poor])).toBe(200 * KB);
    expect(good.source).toHaveLength(1_050 * KB);
  });
});

describe("the runs of a file", () => {
  it("are 64 at most, and one more for each 64 records", () => {
    // 66 records may be 66 runs, and 67 may be no more.
    expect(compact(times(66, () => alone(10)))).toBe(0);
    expect(compact(times(67, () => alone(10)))).toBe(670);
    const pairs = (count: number): RecordEntry[] =>
      times(count, (index) => together([`{${index}}`, "{second}"])).flat();
    const many = together(times(1_000, () => "{}"));
    expect(compact([...many, ...pairs(82)])).toBe(0);
    expect(compact([...many, ...pairs(83)])).toBeGreaterThan(0);
  });

  it("are gathered in one buffer, the records one behind the other with commas between", () => {
    const entries = times(70, (index) => together([`{${index}}`, "{second}"])).flat();
    const before = written(entries);
    expect(compact(entries)).toBe(before.length - 1);
    expect(sourcesOf(entries).size).toBe(1);
    expect(entries[0]!.source).toHaveLength(before.length - 1);
    expect(written(entries)).toBe(before);
    expect(planFile(entries).pieces).toHaveLength(3);
  });

  it("are gathered by the megabyte, eight of them at once", () => {
    const entries = times(160, () => alone(MB / 16));
    const areKept = keeping(entries.slice(128));
    expect(compact(entries)).toBe(8 * MB);
    expect(sourcesOf(entries.slice(0, 128)).size).toBe(8);
    expect(new Set([...sourcesOf(entries.slice(0, 128))].map(({ length }) => length))).toEqual(new Set([MB]));
    expect(areKept()).toBe(true);
  });

  it.each([
    [7, 0],
    [8, 8],
  ])("that are long stay, and so do fewer than eight between them: %i", (between, gathered) => {
    const group = (): RecordEntry[] => [alone(MB / 2 + 1), ...times(between, () => alone(10))];
    const groups = times(10, group);
    const areKept = keeping(groups.map(([first]) => first!));
    expect(compact(groups.flat())).toBe(10 * gathered * 10);
    expect(areKept()).toBe(true);
    // Just half of a megabyte is not long.
    const half = [...times(8, () => alone(10)), alone(MB / 2), ...times(70, () => alone(10))];
    expect(compact(half)).toBe(MB / 2 + 780);
    expect(sourcesOf(half).size).toBe(1);
  });

  it("end at a record that has no bytes, which has none afterwards", () => {
    const without = entryIn(undefined);
    const entries = [...times(70, () => alone(10)), without, ...times(7, () => alone(10)), without];
    expect(compact(entries)).toBe(700);
    expect(without.source).toBeUndefined();
    const spared = [without, alone(MB, MB), without];
    expect(compact(spared)).toBe(MB);
    expect(without.source).toBeUndefined();
  });
});
