import { describe, expect, it } from "vitest";
import { planFile } from "../../src/records/piece-list.ts";
import type { RecordEntry } from "../../src/records/record-entry.ts";
import { load, reload } from "../../src/records/reload.ts";
import { fileOf } from "./arbitraries.ts";

const usual = (id: string, layer = ""): string =>
  `{"id":"${id}","image":"","layer":"${layer}","created":"2024-01-02T03:04:05Z"}`;
/** The same record as somebody else might write it. */
const odd = (id: string): string => `{ "created":"2024-01-02T03:04:05Z", "id":"${id}" }`;
/** Go reads its time and does not write it, so that it keeps its bytes. */
const refused = (id: string, blank = ""): string =>
  `{${blank}"id":"${id}","created":"2024-01-02T03:04:05+24:00"}`;

const loaded = (...records: string[]): readonly RecordEntry[] =>
  load(Buffer.from(fileOf(records)), false).entries;
const reloaded = (old: readonly RecordEntry[], ...records: string[]) =>
  reload(old, Buffer.from(fileOf(records)), false);
const written = (entries: readonly RecordEntry[]): string =>
  Buffer.concat(planFile(entries).pieces).toString();

describe("a file that is read for the first time", () => {
  it("has changed as a whole", () => {
    const { entries, ...rest } = load(Buffer.from(fileOf([usual("a"), odd("b")])), false);
    expect(rest).toEqual({ decoded: 2, compared: 0, before: [], after: entries });
    expect(entries.map(({ container }) => container.id)).toEqual(["a", "b"]);
    expect(entries.map(({ source }) => source === undefined)).toEqual([false, true]);
  });

  it("has volatile records when it is the file of those", () => {
    for (const volatile of [true, false]) {
      const bytes = (id: string): Buffer => Buffer.from(fileOf([usual("a"), usual(id), usual("z")]));
      const { entries } = load(bytes("b"), volatile);
      const again = reload(entries, bytes("c"), volatile);
      expect([...entries, ...again.entries].map((entry) => entry.container.volatile)).toEqual(
        Array.from({ length: 6 }, () => volatile),
      );
    }
  });
});

describe("the object of a record that only moved", () => {
  /** A record in a middle that differs: `first` in the old file, `then` in the new one, between others. */
  function moved(first: string, then: string) {
    const old = loaded(usual("start"), first, usual("end"));
    const result = reloaded(old, usual("start"), usual("one"), then, usual("other"), usual("end"));
    expect(result.decoded).toBe(3);
    const ids = result.entries.map(({ container }) => container.id);
    expect(ids).toEqual(["start", "one", "moved", "other", "end"]);
    return { before: old[1], after: result.entries[2], result };
  }

  it("stays, with the bytes that are in the file now", () => {
    const { before, after, result } = moved(usual("moved"), usual("moved"));
    expect(after).toBe(before);
    expect(after!.source).toBe(result.entries[1]!.source);
    expect(planFile(result.entries).encoded).toBe(0);
  });

  it("stays when it is written in another form, and is not encoded where one of both was the usual", () => {
    for (const [first, then, encoded] of [
      [usual, odd, 0],
      [odd, usual, 0],
      [odd, odd, 1],
    ] as const) {
      const { before, after, result } = moved(first("moved"), then("moved"));
      expect(after).toBe(before);
      expect(planFile(result.entries).encoded).toBe(encoded);
      const now = ["start", "one", "moved", "other", "end"].map((id) => usual(id));
      expect(written(result.entries)).toBe(fileOf(now));
    }
  });

  it("stays only with the same bytes where Go would not write it", () => {
    const same = moved(refused("moved"), refused("moved"));
    expect(same.after).toBe(same.before);
    const other = moved(refused("moved"), refused("moved", " "));
    expect(other.after).not.toBe(other.before);
    expect(written(other.result.entries)).toContain(refused("moved", " "));
  });

  it("does not stay when the record is another one", () => {
    for (const [first, then] of [
      [usual("moved", "l"), usual("moved")],
      [usual("moved", "l"), odd("moved")],
    ] as const) {
      const { before, after } = moved(first, then);
      expect(after).not.toBe(before);
      expect(after!.container.layer).toBe("");
    }
  });

  it("stands for one record only where the id comes again", () => {
    const old = loaded(usual("start"), usual("a"), usual("end"));
    const now = ["start", "x", "a", "a", "y", "end"].map((id) => usual(id));
    const { entries } = reloaded(old, ...now);
    expect(entries[2]).toBe(old[1]);
    expect(entries[3]).not.toBe(old[1]);
    expect(new Set(entries).size).toBe(6);
  });

  it("is that of the first record where the id came twice before", () => {
    const old = loaded(usual("start"), usual("a", "1"), usual("a", "2"), usual("end"));
    const { entries } = reloaded(old, usual("start"), usual("x"), usual("a", "1"), usual("end"));
    expect(entries[2]).toBe(old[1]);
  });
});

describe("a file of which only the whole tells what it is", () => {
  it.each([
    ["white space", `[${usual("a")} , ${usual("b")}]`],
    ["nothing in common at the ends", fileOf([usual("x"), usual("a"), usual("b"), usual("y")])],
    ["a NUL behind a list, between old records", `[${usual("a")},${usual("c")}]\0,${usual("b")}]`],
  ])("is decoded from its beginning: %s", (_, text) => {
    const old = loaded(usual("a"), usual("b"));
    const bytes = Buffer.from(text);
    const { entries, decoded, before, after } = reload(old, bytes, false);
    expect(decoded).toBe(entries.length);
    expect(before).toBe(old);
    expect(after).toBe(entries);
    expect(entries.find(({ container }) => container.id === "a")).toBe(old[0]);
  });

  it("was compared before where its ends were the same", () => {
    const old = loaded(usual("a"), usual("b"));
    expect(reload(old, Buffer.from(`[${usual("a")},${usual("c")}]\0,${usual("b")}]`), false).compared).toBe(
      // Both at once, and each.
      4 * usual("a").length + 1,
    );
    expect(reload(old, Buffer.from(" []"), false).compared).toBe(0);
  });

  it("leaves the old records as they were when it cannot be read", () => {
    const old = loaded(usual("a"), usual("b"));
    const before = written(old);
    expect(() => reload(old, Buffer.from(`[${usual("a")},{"id":5},${usual("b")}]`), false)).toThrow(
      expect.objectContaining({ recordNumber: 2 }),
    );
    expect(written(old)).toBe(before);
  });
});
