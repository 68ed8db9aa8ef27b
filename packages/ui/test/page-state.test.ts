import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byContainer, byImage, tiles } from "../src/page/charts/size-tree.ts";
import { hexLines, likelyMode, prettyJson } from "../src/page/preview.ts";
import { readSearch } from "../src/page/search.ts";
import { arranger, type SortKey } from "../src/page/state/arrange.ts";
import { LiveTable, MARK_TIME } from "../src/page/state/table.ts";
import { humanAge, humanSize, pieces, plain, shortId } from "../src/page/text.ts";
import type { Row } from "../src/protocol.ts";

const row = (id: string, more: Partial<Row> = {}): Row => ({
  id,
  names: [id],
  image: "",
  layer: "",
  created: "2026-01-01T00:00:00Z",
  volatile: false,
  items: 0,
  bytes: 0,
  ...more,
});
const property = { numRuns: runs(300) };

describe("the order of rows", () => {
  it("is the same whether the sort begins anew or where it was", () => {
    const rows = fc.uniqueArray(
      fc.record({
        id: fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 }),
        bytes: fc.nat(5),
        name: fc.constantFrom("a", "b", "B"),
      }),
      { selector: ({ id }) => id, maxLength: 20 },
    );
    const keys = fc.constantFrom<SortKey>("name", "id", "image", "layer", "created", "size");
    fc.assert(
      fc.property(rows, rows, keys, fc.boolean(), (before, after, key, descending) => {
        const arrange = arranger((image) => image);
        const mapOf = (list: typeof before): Map<string, Row> =>
          new Map(list.map(({ id, bytes, name }) => [id, row(id, { bytes, names: [name] })]));
        const order = { key, descending };
        const earlier = arrange(mapOf(before), [], order);
        const now = mapOf(after);
        expect(arrange(now, [], order, earlier)).toEqual(arrange(now, [], order));
      }),
      property,
    );
  });

  it("finds words in names, ids, images by their names, and layers", () => {
    const arrange = arranger((image) => (image === "i1" ? "docker.io/nginx" : image));
    const rows = new Map(
      [row("a", { image: "i1" }), row("b", { names: ["Web"] }), row("c", { layer: "nginx" })].map((one) => [
        one.id,
        one,
      ]),
    );
    const found = (...words: string[]): string[] =>
      arrange(rows, words, { key: "id", descending: false }).map(({ id }) => id);
    expect([found("nginx"), found("web"), found("nginx", "docker"), found()]).toEqual([
      ["a", "c"],
      ["b"],
      ["a"],
      ["a", "b", "c"],
    ]);
  });
});

describe("the table of the page", () => {
  it("marks changes for a while, keeps their history, and shows what was removed until then", () => {
    const table = new LiveTable();
    table.begin(false);
    table.take([{ type: "created", row: row("a") }], 0);
    expect(table.rows.size).toBe(0);
    table.settle(0);
    expect([[...table.rows.keys()], table.marks.size]).toEqual([["a"], 0]);
    const fields = [{ field: "names", before: "a", after: "b" }];
    table.take(
      [
        { type: "changed", row: row("a", { names: ["b"] }), fields },
        { type: "created", row: row("c") },
      ],
      10,
    );
    table.take([{ type: "removed", id: "c", isGone: true }], 20);
    expect([...table.leaving.keys()]).toEqual(["c"]);
    expect(table.historyOf("c").map(({ type }) => type)).toEqual(["created", "removed"]);
    expect(table.historyOf("a")).toMatchObject([{ type: "changed", fields }]);
    expect(table.fade(10 + MARK_TIME)).toBe(true);
    expect(table.fade(20 + MARK_TIME)).toBe(false);
    expect(table.leaving.size).toBe(0);
    // What only fits the filter no more was not removed.
    table.take([{ type: "removed", id: "a", isGone: false }], 30);
    expect([table.rows.size, table.leaving.size, table.historyOf("a").length]).toEqual([0, 0, 1]);
  });

  it("tells after a time without connection what is another, and nothing after another filter", () => {
    const table = new LiveTable();
    const fill = (isSame: boolean, rows: readonly Row[]): void => {
      table.begin(isSame);
      table.take(
        rows.map((one) => ({ type: "created", row: one })),
        0,
      );
      table.settle(0);
    };
    fill(false, [row("a"), row("b"), row("c")]);
    fill(true, [row("a"), row("b", { bytes: 1 }), row("d")]);
    expect(table.log.map(({ id, type }) => [id, type])).toEqual([
      ["b", "away"],
      ["d", "created"],
      ["c", "removed"],
    ]);
    fill(false, [row("x")]);
    expect(table.log).toHaveLength(3);
  });

  it("keeps no more than it shows, however much changes", () => {
    const table = new LiveTable();
    for (let turn = 0; turn < 5000; turn += 1) {
      table.take(
        [
          { type: "created", row: row(`c${turn}`) },
          { type: "removed", id: `c${turn}`, isGone: true },
        ],
        turn,
      );
    }
    expect(table.log.length).toBeLessThanOrEqual(200);
    expect(table.leaving.size).toBeLessThanOrEqual(100);
    expect(table.historyOf("c0")).toEqual([]);
    expect(table.historyOf("c4999")).toHaveLength(2);
  });
});

it.each([
  ["name=^web nginx", ["name=^web"], ["nginx"]],
  ['metadata="a b=c d" "Two words"', ["metadata=a b=c d"], ["two words"]],
  ["name!=x  has-data=true", ["name!=x", "has-data=true"], []],
  ["=x A=b 1=2", [], ["=x", "a=b", "1=2"]],
  ['"', [], []],
])("the search %s is read", (text, filters, words) => {
  expect(readSearch(text)).toEqual({ filters, words });
});

describe("texts", () => {
  it("are shown whole, with escapes for what cannot be seen", () => {
    expect(plain("a\u202eb\u0000\n\u{1F600}")).toBe("a\\u202eb\\u0000\\n\u{1F600}");
    expect(pieces("a\n\tb", true)).toEqual([{ text: "a\n\tb", isEscape: false }]);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(plain(text)).not.toMatch(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u);
        expect(
          pieces(text)
            .filter(({ isEscape }) => !isEscape)
            .every((piece) => text.includes(piece.text)),
        ).toBe(true);
      }),
      property,
    );
  });

  it("sizes, ages and ids are for people", () => {
    expect([0, 999, 1000, 12_345, 999_500, 2.5e9].map(humanSize)).toEqual([
      "0 B",
      "999 B",
      "1 kB",
      "12.3 kB",
      "1 MB",
      "2.5 GB",
    ]);
    const now = Date.parse("2026-01-02T00:00:00Z");
    expect(
      ["2026-01-01T23:59:59Z", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z", "x"].map((each) =>
        humanAge(each, now),
      ),
    ).toEqual(["1 second ago", "1 day ago", "2027-01-01T00:00:00Z", "x"]);
    expect([shortId("a".repeat(64)), shortId("plain")]).toEqual(["aaaaaaaaaaaa", "plain"]);
  });
});

describe("previews", () => {
  it("show bytes as hex, JSON as JSON, and choose what is likely", () => {
    expect(hexLines(new Uint8Array([0x41, 0x00, 0xff]), 16)).toBe(
      `00000010  41 00 ff${" ".repeat(15)}  ${" ".repeat(23)}  A..`,
    );
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(prettyJson(bytes('{"a":1}'))).toEqual({ text: '{\n  "a": 1\n}', problem: undefined });
    expect(prettyJson(bytes("{")).problem).toBeDefined();
    expect([
      likelyMode(bytes(" {}"), "k"),
      likelyMode(bytes("x"), "k.json"),
      likelyMode(bytes("x\n"), "k"),
    ]).toEqual(["json", "json", "text"]);
    expect(likelyMode(new Uint8Array([0, 1]), "k.json")).toBe("hex");
  });
});

describe("the picture of sizes", () => {
  it("stands for all the data, with tiles inside of the frame that can be seen", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const rows = sizes.map((bytes, index) => row(`c${index}`, { bytes, image: `i${index % 3}` }));
        const nodes = byContainer(rows, "i0");
        const all = sizes.filter((_, index) => index % 3 === 0).reduce((sum, size) => sum + size, 0);
        expect(nodes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(all);
        const whole = byImage(rows, (image) => image).reduce((sum, { bytes }) => sum + bytes, 0);
        expect(whole).toBe(sizes.reduce((sum, size) => sum + size, 0));
        for (const { x, y, width, height } of tiles(nodes, 800, 600)) {
          expect(x >= 0 && y >= 0 && x + width <= 800 && y + height <= 600 && width >= 4 && height >= 4).toBe(
            true,
          );
        }
      }),
      property,
    );
  });
});
