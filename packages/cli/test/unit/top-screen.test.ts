import { comparatorBy } from "@stowage/store";
import fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";

import { styleFor } from "../../src/render/colour.ts";
import { dressed, dressedChosen } from "../../src/top/dress.ts";
import { happened, type TopEvent } from "../../src/top/events.ts";
import { frameUpdate } from "../../src/top/frame.ts";
import { helpLines } from "../../src/top/help-lines.ts";
import { keyPresses } from "../../src/top/key-press.ts";
import { layoutOf } from "../../src/top/layout.ts";
import { emptyText, listLines } from "../../src/top/list-lines.ts";
import { pressed } from "../../src/top/press.ts";
import { previewLines, suggestedMode } from "../../src/top/preview-lines.ts";
import { initialState, type TopState } from "../../src/top/state.ts";
import { span, wrapped, wrappedWords } from "../../src/top/text-line.ts";
import { containerOf } from "../support/containers.ts";

/** A terminal as far as the updates of frames need one. */
function applied(screen: readonly string[], update: string): string[] {
  const lines = [...screen];
  let row = 0;
  for (const [, cleared, to, erased, text] of update.matchAll(
    // eslint-disable-next-line no-control-regex
    /(\u001b\[0m\u001b\[2J)|\u001b\[(\d+);1H|(\u001b\[2K)|([^\u001b]+)/g,
  )) {
    if (cleared !== undefined) lines.fill("");
    else if (to !== undefined) row = Number(to) - 1;
    else if (erased !== undefined) lines[row] = "";
    else lines[row] = `${lines[row] ?? ""}${text ?? ""}`;
  }
  return lines;
}

it("the help fits every terminal that is large enough, and loses no word there", () => {
  const wordsOf = (columns: number): readonly string[] =>
    helpLines(columns).flatMap((line) => line.flatMap(({ text }) => text.match(/\S+/g) ?? []));
  for (let columns = 40; columns <= 200; columns += 1) {
    const texts = helpLines(columns).map((line) => line.map(({ text }) => text).join(""));
    expect(texts.filter((text) => stringWidth(text) > columns)).toEqual([]);
    expect(wordsOf(columns)).toEqual(wordsOf(200));
  }
});

it("a search that is not understood is not told as one that nothing fits", () => {
  const state = initialState("/store", { columns: 80, rows: 24 }, 0, 0);
  const told = (problem: string | undefined): string | undefined => {
    const search = { ...state.search, text: "web name=", problem };
    return emptyText({ ...state, containers: new Map(), search });
  };
  expect(told(undefined)).toBe("nothing fits; Esc gives the search up");
  expect(told("give it a value")).toBe("the search is not understood, see below; Esc gives the search up");
});

describe("a frame", () => {
  const aFrame = fc.array(fc.constantFrom("", "a", "bb", "ccc"), { maxLength: 6 });
  const padded = (frame: readonly string[]): string[] =>
    Array.from({ length: 5 }, (_, row) => frame[row] ?? "");

  it("comes up whatever was shown, by writing only the lines that differ", () => {
    fc.assert(
      fc.property(aFrame, aFrame, (before, after) => {
        const update = frameUpdate(before, after, 5);
        expect(applied(padded(before), update)).toEqual(padded(after));
        const differing = padded(before).filter((line, row) => line !== padded(after)[row]).length;
        expect(update.split("\u001b[2K").length - 1).toBe(differing);
        expect(applied(["x", "x", "x", "x", "x"], frameUpdate(undefined, after, 5))).toEqual(padded(after));
      }),
    );
  });
});

describe("text", () => {
  const aText = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "grapheme-ascii", maxLength: 60 }),
  );

  it("is wrapped without a loss, into lines that fit", () => {
    fc.assert(
      fc.property(aText, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const shown = span(text).text;
        const lines = wrapped(shown, width, stringWidth);
        expect(lines.join("")).toBe(shown);
        const words = wrappedWords(shown, width, stringWidth);
        expect(words.join("").replaceAll(/\s/g, "")).toBe(shown.replaceAll(/\s/g, ""));
        const isOne = (line: string): boolean => [...new Intl.Segmenter().segment(line)].length === 1;
        for (const line of [...lines, ...words]) expect(isOne(line) || stringWidth(line) <= width).toBe(true);
      }),
    );
  });

  it("is wrapped also where there is less than no room", () => {
    expect(wrapped("ab", -3, stringWidth)).toEqual(["a", "b"]);
    expect(wrapped("äb", 0, stringWidth)).toEqual(["ä", "b"]);
  });

  it("is cut to the width of the terminal, and what one is at fills it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "grapheme" })),
        fc.integer({ min: 1, max: 30 }),
        (texts, columns) => {
          const line = texts.map((text) => span(text, "bad"));
          const plain = styleFor(false);
          expect(stringWidth(dressed(line, columns, plain))).toBeLessThanOrEqual(columns);
          expect(stringWidth(dressedChosen(line, columns, plain))).toBe(columns);
          // eslint-disable-next-line no-control-regex
          expect(dressed(line, columns, plain)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        },
      ),
    );
  });
});

describe("keys", () => {
  it("come one by one, also when a slow line brings several at once", () => {
    expect(keyPresses("/we\u007fb\r", {})).toEqual([
      ...["/", "w", "e"].map((text) => ({ name: "character", text })),
      { name: "erase" },
      { name: "character", text: "b" },
      { name: "enter" },
    ]);
    expect(keyPresses("", { upArrow: true })).toEqual([{ name: "up" }]);
    expect(keyPresses("c", { ctrl: true })).toEqual([{ name: "interrupt" }]);
    expect(keyPresses("z", { ctrl: true })).toEqual([{ name: "suspend" }]);
    expect(keyPresses("x", { meta: true })).toEqual([]);
    expect(keyPresses("", { escape: true, meta: true })).toEqual([{ name: "escape" }]);
  });
});

describe("a preview", () => {
  const whole = (content: string | Uint8Array) => ({ bytes: Buffer.from(content), isWhole: true });

  it.each([
    ['{"a":1}', "json"],
    ["[]", "json"],
    ["plain\ntext", "text"],
    ["{not json", "text"],
    ["", "text"],
    ["\u001b[2J", "hex"],
    [new Uint8Array([0xff, 0xfe]), "hex"],
  ] as const)("of %j is %s", (content, mode) => {
    expect(suggestedMode(whole(content))).toBe(mode);
  });

  it("of the first part of a text is text, also when a character is cut in two", () => {
    expect(suggestedMode({ bytes: Buffer.from("aä").subarray(0, 2), isWhole: false })).toBe("text");
    expect(suggestedMode({ bytes: Buffer.from("aä").subarray(0, 2), isWhole: true })).toBe("hex");
    expect(suggestedMode({ bytes: Buffer.from('{"a":'), isWhole: false })).toBe("text");
  });

  it("never steers the terminal nor is wider than it, in any mode", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("text", "json", "hex"),
        (bytes, mode) => {
          for (const line of previewLines({ bytes, isWhole: true }, mode as "text", 40)) {
            const text = line.map((piece) => piece.text).join("");
            expect(stringWidth(text)).toBeLessThanOrEqual(40);
            // eslint-disable-next-line no-control-regex
            expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          }
        },
      ),
    );
  });
});

describe("the state", () => {
  const tools = { compare: comparatorBy, record: () => "{}" };
  const containers = Array.from({ length: 40 }, (_, index) =>
    containerOf({ id: `c${index}`, names: [`n${index}`], bigDataNames: ["k"], metadata: "m" }),
  );
  const update = (count: number): TopEvent => ({
    type: "update",
    update: {
      containers: new Map(containers.slice(0, count).map((container) => [container.id, container])),
      changes: [],
      unavailable: undefined,
    },
    trouble: undefined,
  });
  const aKey = fc.oneof(
    fc.constantFrom(...[..."jkgG/sSrq? n1"].map((text) => ({ name: "character", text }) as const)),
    fc.constantFrom(
      ...(
        [
          "up",
          "down",
          "page up",
          "page down",
          "home",
          "end",
          "left",
          "enter",
          "escape",
          "tab",
          "erase",
        ] as const
      ).map((name) => ({ name }) as const),
    ),
  );
  const anEvent = fc.oneof(
    fc.nat(40).map(update),
    fc.record({
      type: fc.constant("size" as const),
      size: fc.record({ columns: fc.integer({ min: 1, max: 120 }), rows: fc.integer({ min: 1, max: 50 }) }),
    }),
    fc.constant({ type: "time" } as const),
  );

  it("can be shown after any keys and events: one is at a row that there is and that is seen", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: aKey }, anEvent), { maxLength: 60 }), (steps) => {
        let state: TopState = initialState("/store", { columns: 80, rows: 24 }, 0, 0);
        for (const [now, step] of steps.entries()) {
          state =
            "type" in step
              ? happened(state, step, { now: now * 500, wallClock: now * 500 }, comparatorBy)
              : pressed(state, step, tools);
          const { place, rows } = state;
          expect(place.at).toBeLessThan(Math.max(1, rows.length));
          const { body } = layoutOf(state);
          if (state.details === undefined) {
            expect(place.at).toBeGreaterThanOrEqual(place.top);
            expect(place.at).toBeLessThan(place.top + body);
            expect(listLines(state).lines.length).toBeLessThanOrEqual(body);
          }
        }
      }),
    );
  });

  it("looks only at the rows that are seen", () => {
    let asked = 0;
    const many = Array.from({ length: 10_000 }, (_, index) => {
      const container = containerOf({ id: `c${index}` });
      return Object.defineProperty({ ...container }, "names", {
        enumerable: true,
        get: () => ((asked += 1), []),
      });
    });
    const event = update(0) as Extract<TopEvent, { type: "update" }>;
    const all = new Map(many.map((container) => [container.id, container]));
    let state = initialState("/store", { columns: 80, rows: 24 }, 0, 0);
    state = happened(
      state,
      { ...event, update: { ...event.update, containers: all } },
      { now: 0, wallClock: 0 },
      comparatorBy,
    );
    expect(state.rows).toHaveLength(10_000);
    asked = 0;
    state = pressed(state, { name: "end" }, tools);
    listLines(state);
    expect(asked).toBeLessThan(100);
  });
});
