import { expect, it } from "vitest";
import { kindOf, text, texts } from "../../src/model/text.ts";

it("takes texts as they are, but for what is no text in UTF-8", () => {
  expect(text("é\ud83d\ude00", "it")).toBe("é\ud83d\ude00");
  expect(text("", "it")).toBe("");
  expect(text("a\ud800b", "it")).toBe("a\ufffdb");
  expect(texts(["a", "\udc00"], "they")).toEqual(["a", "\ufffd"]);
  expect(texts([], "they")).toEqual([]);
});

it.each([
  [1, "a number".slice(2)],
  [null, "null"],
  [undefined, "undefined"],
  [["a"], "an array"],
  [{}, "object"],
] as const)("says what is no text: %j", (value, kind) => {
  expect(kindOf(value)).toBe(kind);
  expect(() => text(value, "the id")).toThrow(new TypeError(`the id must be a string, not ${kind}`));
  expect(() => texts([value], "names")).toThrow(new TypeError(`names must be a string, not ${kind}`));
  if (Array.isArray(value)) return;
  expect(() => texts(value, "names")).toThrow(
    new TypeError(`names must be an array of strings, not ${kind}`),
  );
});
