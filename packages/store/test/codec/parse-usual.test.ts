import { describe, expect, it } from "vitest";
import { parseUsual } from "../../src/codec/parse-usual.ts";
import { makeContainer } from "../../src/model/containers.ts";

describe("a record by the engine's parser", () => {
  const known = makeContainer({ id: "a", created: "2024-01-02T03:04:05Z" });
  const parse = (maps: string) =>
    parseUsual(`{"id":"a","image":"i","layer":"","created":"2024-01-02T03:04:05Z"${maps}}`, known);

  it.each([
    ["a number that it would round", ',"big-data-sizes":{"k":9007199254740993}'],
    ["keys that it would put in another order", ',"flags":{"10":1,"9":2}'],
    ["what is nested, and could be changed", ',"flags":{"k":[1]}'],
  ])("is not taken with %s", (_, maps) => {
    expect(parse(maps)).toBeUndefined();
  });

  it("takes a key like any other, whatever it means elsewhere", () => {
    const found = parse(',"flags":{"":null,"__proto__":true,"constructor":"c"}');
    expect([...(found?.flags ?? [])]).toEqual([
      ["", null],
      ["__proto__", true],
      ["constructor", "c"],
    ]);
  });
});
