import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inscribe,
  isInscribed,
  MOST_NAMES,
  readInscription,
  type Tombstone,
} from "../../src/model/tombstone.ts";

const [stable, volatile] = ["1:2:3", "none"];
const tombstone: Tombstone = { ids: "all", bearer: "b", stable, volatile };

/** Names that say a text, in pieces of so many bytes. */
function namesOf(text: string, length = 165): string[] {
  const bytes = Buffer.from(text);
  const count = Math.max(1, Math.ceil(bytes.length / length));
  return Array.from({ length: count }, (_, index) => {
    const part = bytes.subarray(index * length, (index + 1) * length).toString("base64url");
    return `.stowage-tombstone-${String(index).padStart(4, "0")}-${part}`;
  });
}

const read = (what: unknown): Tombstone | undefined => readInscription(namesOf(JSON.stringify(what)));

describe("the names of a tombstone", () => {
  it("are of a known form, which other releases must understand", () => {
    const text = '{"version":1,"ids":"all","bearer":"b","stable":"1:2:3","volatile":"none"}';
    expect(inscribe(tombstone)).toEqual([
      `.stowage-tombstone-0000-${Buffer.from(text).toString("base64url")}`,
    ]);
    const ids = ["c", "a"];
    const listed = `{"version":1,"ids":["c","a"],"bearer":"b","stable":"1:2:3","volatile":"none"}`;
    expect(inscribe({ ...tombstone, ids: new Set(ids) })).toEqual(namesOf(listed));
  });

  it("are read as they were written, in any order, and each is short enough for a file system", () => {
    const id = fc.string({ maxLength: 64 });
    const any: fc.Arbitrary<Tombstone> = fc.record({
      ids: fc.oneof(
        fc.constant("all" as const),
        fc.array(id, { maxLength: 30 }).map((list) => new Set(list)),
      ),
      bearer: id,
      stable: fc.string(),
      volatile: fc.string(),
    });
    fc.assert(
      fc.property(any, fc.boolean(), (one, turned) => {
        const names = inscribe(one)!;
        expect(names.every(isInscribed)).toBe(true);
        expect(names.every((name) => name.length < 255)).toBe(true);
        expect(new Set(names).size).toBe(names.length);
        // Beside them lie the items of the container.
        const found = ["0aitem", ...(turned ? names.toReversed() : names), ".stowage-tombstone"];
        expect(readInscription(found)).toEqual(one);
      }),
    );
  });

  it("are as long as they may be, so that many ids need few", () => {
    const ids = new Set(Array.from({ length: 40 }, (_, index) => index.toString(16).padStart(64, "0")));
    const names = inscribe({ ...tombstone, ids })!;
    expect(names.length).toBe(17);
    expect(names.slice(0, -1).every((name) => name.length === 244)).toBe(true);
    expect(names.map((name) => name.slice(19, 23))).toEqual(
      names.map((_, index) => String(index).padStart(4, "0")),
    );
    expect(readInscription(names)).toEqual({ ...tombstone, ids });
    expect(readInscription(names.slice(1))).toBeUndefined();
    expect(readInscription(names.slice(0, -1))).toBeUndefined();
  });

  it("are not made, nor read, of a text that is longer than so many can say", () => {
    const frame = JSON.stringify({ version: 1, ids: [""], bearer: "b", stable, volatile }).length;
    const idOf = (length: number): string => "a".repeat(length - frame);
    const longest = { ...tombstone, ids: new Set([idOf(MOST_NAMES * 165)]) };
    const names = inscribe(longest)!;
    expect(names.length).toBe(MOST_NAMES);
    expect(readInscription(names)).toEqual(longest);
    const longer = { ...tombstone, ids: new Set([idOf(MOST_NAMES * 165 + 1)]) };
    expect(inscribe(longer)).toBeUndefined();
    const text = JSON.stringify({ version: 1, ...longer, ids: [...longer.ids] });
    expect(readInscription(namesOf(text))).toBeUndefined();
    // In names that hold a few bytes more than ours, or in more names than ours.
    expect(readInscription(namesOf(text, 168))).toBeUndefined();
    expect(
      readInscription(namesOf(JSON.stringify({ version: 1, ...tombstone, more: "a".repeat(MOST_NAMES) }), 1)),
    ).toBeUndefined();
  });

  it.each([
    ".stowage-tombstone-0000-",
    ".stowage-tombstone-000-YQ",
    ".stowage-tombstone-00000-YQ",
    ".stowage-tombstone-000a-YQ",
    ".stowage-tombstone-0000-Y.Q",
    ".stowage-tombstone-0000-YQ.more",
    "x.stowage-tombstone-0000-YQ",
    "xstowage-tombstone-0000-YQ",
    ".stowage-tombstone",
  ])("are not this: %s", (name) => {
    expect(isInscribed(name)).toBe(false);
    const names = inscribe(tombstone)!;
    expect(readInscription([...names, name])).toEqual(tombstone);
  });

  it.each(["", "{", "null", "1", '"x"', "[]", "[1]"])("say nothing with this: %s", (text) => {
    expect(readInscription(namesOf(text))).toBeUndefined();
    expect(readInscription([])).toBeUndefined();
  });

  it.each([
    ["another version", { version: 2 }],
    ["no version", { version: undefined }],
    ["no bearer", { bearer: undefined }],
    ["a bearer that is no text", { bearer: 1 }],
    ["no stable file", { stable: undefined }],
    ["a stable file that is no text", { stable: 1 }],
    ["no volatile file", { volatile: undefined }],
    ["a volatile file that is no text", { volatile: null }],
    ["no ids", { ids: undefined }],
    ["other ids than all", { ids: "some" }],
    ["no text for ids", { ids: "" }],
    ["ids that are no list", { ids: { length: 1 } }],
    ["an id that is no text", { ids: ["a", 1] }],
    ["only ids that are none", { ids: [1] }],
  ])("say nothing with %s", (_what, changes) => {
    const what = { version: 1, ids: ["a"], bearer: "b", stable, volatile };
    expect(read({ ...what, more: 1 })).toEqual({ ids: new Set(["a"]), bearer: "b", stable, volatile });
    expect(read({ ...what, ...changes })).toBeUndefined();
  });
});
