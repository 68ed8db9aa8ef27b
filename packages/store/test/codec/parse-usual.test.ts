import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { parseUsual } from "../../src/codec/parse-usual.ts";
import { makeContainer } from "../../src/model/containers.ts";
import type { JsonValue } from "../../src/model/json-value.ts";

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

  it("takes all that usual records have", () => {
    const record = makeContainer({
      id: "a",
      names: ["n"],
      image: "i",
      layer: "l",
      metadata: "m",
      bigDataNames: ["k", "z"],
      bigDataSizes: new Map([
        ["k", 0],
        ["z", 12],
      ]),
      bigDataDigests: new Map([["k", "sha256:d"]]),
      created: "2024-01-02T03:04:05Z",
      flags: new Map<string, JsonValue>([
        ["bare", null],
        ["number", 1.5],
        ["text", "t"],
        ["truth", true],
      ]),
    });
    const found = parseUsual(encodeContainerText(record), record);
    expect({ ...found }).toEqual({ ...record });
    expect(Object.isFrozen(found)).toBe(true);
    expect(Object.isFrozen(found?.bigDataNames)).toBe(true);
    expect(encodeContainerText(found!)).toBe(encodeContainerText(record));
  });

  it("takes a record with nothing that may be left out", () => {
    expect({ ...parse("") }).toEqual({ ...known, image: "i" });
    expect(parse("")?.bigDataNames).toEqual([]);
  });

  it.each([
    ["digests that are no text", ',"big-data-digests":{"k":1}'],
    ["sizes that are no number", ',"big-data-sizes":{"k":"1"}'],
    ["a size below zero that is none", ',"big-data-sizes":{"k":-0}'],
    ["keys in no order", ',"flags":{"b":1,"a":2}'],
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
