import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { styleFor, wantsColour } from "../../src/render/colour.ts";
import { humanAge, humanSize, shortId } from "../../src/render/human.ts";
import { encodeJson, indentJson, RawJson } from "../../src/render/json.ts";
import { cut, fitColumns, renderTable } from "../../src/render/table.ts";
import { isPlain, visible, visibleLines } from "../../src/render/text.ts";
import { widthsFor } from "../../src/render/width.ts";

const plain = styleFor(false);
// Any UTF-16 text, lone surrogates too.
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
);

// eslint-disable-next-line no-control-regex
const steering = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe("text for people", () => {
  it("never holds what steers a terminal", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(visible(text)).not.toMatch(steering);
        expect(visible(text).isWellFormed()).toBe(true);
        expect(visible(visible(text))).toBe(visible(text));
      }),
      { numRuns: 2000 },
    );
  });

  it("shows escapes as text, and leaves other writing alone", () => {
    expect(visible("a\u001b[31mb\nc\u009b\ud800")).toBe("a\\u001b[31mb\\nc\\u009b\\ud800");
    expect(visible("żółć 容器 😀")).toBe("żółć 容器 😀");
    expect(visibleLines("a\tb\nc\r")).toBe("a\tb\nc\\r");
    expect([isPlain("a\r\nb\tc\n"), isPlain("a\u0007")]).toEqual([true, false]);
  });
});

describe("JSON", () => {
  it("reads back as what it was made from", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = encodeJson(value as never);
        expect(JSON.parse(text)).toEqual(value);
        expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
        // eslint-disable-next-line no-control-regex
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 1000 },
    );
  });

  it("indents as JSON.stringify does", () => {
    // Without minus zero, which JSON.stringify drops.
    const value = fc.jsonValue().map((any) => JSON.parse(JSON.stringify(any)) as never);
    fc.assert(
      fc.property(value, (any) => {
        expect(indentJson(encodeJson(any))).toBe(
          JSON.stringify(any, undefined, 4).replaceAll("\u007f", "\\u007f"),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps every digit, minus zero, members of any name, and ready-made JSON", () => {
    const value = {
      size: 9_223_372_036_854_775_807n,
      zero: -0,
      raw: new RawJson('{"a":1e+21}'),
      absent: undefined,
      map: new Map([["__proto__", true]]),
    };
    const text = encodeJson(value);
    expect(text).toBe('{"size":9223372036854775807,"zero":-0,"raw":{"a":1e+21},"map":{"__proto__":true}}');
    expect(indentJson(text)).toContain('"size": 9223372036854775807');
    expect(indentJson(text)).toContain('"a": 1e+21');
  });

  it("drops only escapes that are not needed", () => {
    expect(indentJson('["\\u003cb\\u003e \\"q\\" \\u001b"]')).toBe('[\n    "<b> \\"q\\" \\u001b"\n]');
  });

  it("is not slow on one huge string", () => {
    const text = JSON.stringify([`${'x\\"'.repeat(500_000)}`]);
    expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
  });
});

describe("sizes, ages and ids", () => {
  it("shows bytes in three digits", () => {
    const shown = [0, 1, 999, 1000, 12_345, 999_499, 999_500, 5_000_000_000n, 2n ** 63n - 1n].map(humanSize);
    expect(shown).toEqual(["0B", "1B", "999B", "1kB", "12.3kB", "999kB", "1MB", "5GB", "9.22EB"]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }), (bytes) => {
        expect(humanSize(bytes)).toMatch(/^\d{1,3}(\.\d{1,2})?(B|kB|MB|GB|TB|PB|EB)$/);
      }),
    );
  });

  it("shows how long ago something was, or the text itself when it is no past moment", () => {
    const now = Date.parse("2026-01-31T12:00:00Z");
    const shown = [
      "2026-01-31T12:00:00.999999999Z",
      "2026-01-31T11:59:59Z",
      "2026-01-31T11:58:01Z",
      "2026-01-31T10:00:00+01:00",
      "2026-01-29T12:00:00Z",
      "2025-01-01T00:00:00Z",
      "2027-01-01T00:00:00Z",
      "0001-01-01T00:00:00Z",
      "yesterday",
    ].map((created) => humanAge(created, now));
    expect(shown).toEqual([
      "2026-01-31T12:00:00.999999999Z",
      "1 second ago",
      "1 minute ago",
      "3 hours ago",
      "2 days ago",
      "1 year ago",
      "2027-01-01T00:00:00Z",
      "0001-01-01T00:00:00Z",
      "yesterday",
    ]);
    expect(humanAge("2026-01-31T12:00:00Z", now)).toBe("just now");
  });

  it("shortens generated ids only", () => {
    const id = "0123456789abcdef".repeat(4);
    expect([id, `sha256:${id}`, "web", id.toUpperCase()].map(shortId)).toEqual([
      "0123456789ab",
      "0123456789ab",
      "web",
      id.toUpperCase(),
    ]);
  });
});

describe("tables", () => {
  const word = fc.string({
    unit: fc.constantFrom("a", "容", "é", "😀", "e\u0301", " ", "\u001b"),
    maxLength: 40,
  });

  it("fit the terminal whenever the least of each column does", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(word, word, word), { maxLength: 8 }),
        fc.integer({ min: 30, max: 200 }),
        async (rows, width) => {
          const columns = [0, 1, 2].map((index) => ({
            heading: `H${index}`,
            cell: (row: readonly string[]) => row[index] ?? "",
            least: 8,
            ...(index === 0 ? {} : { dropOrder: index }),
          }));
          const text = await renderTable(columns, rows, { width, style: plain });
          const printed = text.split("\n");
          expect(printed).toHaveLength(rows.length + 2);
          for (const line of printed) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("align columns by what the terminal shows, and trail no blanks", async () => {
    const rows = [
      ["容器", "1"],
      ["web", "22"],
    ];
    const columns = [
      { heading: "NAME", cell: (row: readonly string[]) => row[0] ?? "" },
      { heading: "N", cell: (row: readonly string[]) => row[1] ?? "" },
    ];
    expect(await renderTable(columns, rows, { width: undefined, style: plain })).toBe(
      "NAME   N\n容器   1\nweb    22\n",
    );
  });

  it("are measured as the terminal shows them, also by the shorter way for plain text", async () => {
    const text = fc.string({ unit: fc.constantFrom("a", "~", " ", "…", "容", "é", "\u00a0") });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1 }), async (texts) => {
        const widthOf = await widthsFor([texts]);
        expect(texts.map(widthOf)).toEqual(texts.map((each) => stringWidth(each)));
      }),
    );
  });

  it("leave whole columns out in their order when cutting is not enough", () => {
    const column = (heading: string, dropOrder?: number) => ({
      heading,
      cell: () => "",
      least: 10,
      ...(dropOrder === undefined ? {} : { dropOrder }),
    });
    const columns = [column("A"), column("B", 1), column("C", 3), column("D", 2)];
    const shown = (width: number) =>
      fitColumns(columns, [20, 20, 20, 20], width).map((fitted) => `${fitted.column.heading}${fitted.width}`);
    expect(shown(89)).toEqual(["A20", "B20", "C20", "D20"]);
    expect(shown(88)).toEqual(["A19", "B20", "C20", "D20"]);
    expect(shown(49)).toEqual(["A10", "B10", "C10", "D10"]);
    expect(shown(48)).toEqual(["A14", "B14", "D14"]);
    expect(shown(24)).toEqual(["A10", "B11"]);
    expect(shown(10)).toEqual(["A10"]);
    expect(shown(3)).toEqual(["A10"]);
  });

  it("leave out what is blank before they cut anything, and only then", () => {
    const column = (heading: string, dropOrder: number) => ({ heading, cell: () => "", least: 5, dropOrder });
    const columns = [
      { heading: "A", cell: () => "", least: 5 },
      column("B", 1),
      column("C", 3),
      column("D", 2),
    ];
    const shown = (width: number | undefined) =>
      fitColumns(columns, [10, 10, 10, 10], width, [true, true, false, true])
        .map(({ column: { heading }, width: cells }) => `${heading}${cells}`)
        .join(" ");
    expect(shown(undefined)).toBe("A10 B10 C10 D10");
    expect(shown(49)).toBe("A10 B10 C10 D10");
    expect(shown(48)).toBe("A10 B10 C10");
    expect(shown(35)).toBe("A10 C10");
    expect(shown(22)).toBe("A9 C10");
    expect(shown(12)).toBe("A10");
  });

  it("never cut a character in two", () => {
    expect(cut("容器容器", 5, stringWidth)).toBe("容器…");
    expect(cut("容器容器", 8, stringWidth)).toBe("容器容器");
    expect(cut("e\u0301e\u0301e\u0301", 2, stringWidth)).toBe("e\u0301…");
  });
});

describe("colours", () => {
  it("are for terminals, unless NO_COLOR or FORCE_COLOR says otherwise", () => {
    expect(wantsColour({}, true)).toBe(true);
    expect(wantsColour({}, false)).toBe(false);
    expect(wantsColour({ TERM: "dumb" }, true)).toBe(false);
    expect(wantsColour({ NO_COLOR: "1", FORCE_COLOR: "1" }, true)).toBe(false);
    expect(wantsColour({ NO_COLOR: "" }, true)).toBe(true);
    expect(wantsColour({ FORCE_COLOR: "1" }, false)).toBe(true);
    expect(wantsColour({ FORCE_COLOR: "0" }, true)).toBe(false);
  });

  it("dress text and nothing else", () => {
    expect(styleFor(true).bad("x")).toBe("\u001b[31mx\u001b[39m");
    expect(styleFor(false).bad("x")).toBe("x");
  });
});
