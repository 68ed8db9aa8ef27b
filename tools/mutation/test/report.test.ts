import { describe, expect, it } from "vitest";
import { type Change, failuresOf, figuresOf, survivorLine, table } from "../report.mjs";

const change = (status: string): Change => ({
  status,
  fileName: "/clone/packages/a.ts",
  location: { start: { line: 3, column: 5 } },
  mutatorName: "BooleanLiteral",
  replacement: "true",
});
const changes = (counts: Readonly<Record<string, number>>): Change[] =>
  Object.entries(counts).flatMap(([status, count]) => Array.from({ length: count }, () => change(status)));

describe("the figures of a run", () => {
  it("fail a floor of which less than 85 % are noticed, and all together", () => {
    const good = figuresOf("good", changes({ Killed: 80, Timeout: 5, Survived: 10, NoCoverage: 5 }));
    const bad = figuresOf("bad", changes({ Killed: 84, Survived: 15, NoCoverage: 1 }));
    expect(failuresOf([good])).toEqual([]);
    expect(failuresOf([good, bad])).toEqual(["bad", "all"]);
  });

  it("fail a floor of which nothing was changed", () => {
    expect(failuresOf([figuresOf("empty", [])])).toEqual(["empty", "all"]);
    expect(failuresOf([])).toEqual(["all"]);
  });

  it("do not count what was left out, and show it", () => {
    const figures = figuresOf("some", changes({ Killed: 17, Survived: 3, Ignored: 90, RuntimeError: 2 }));
    expect(failuresOf([figures])).toEqual([]);
    expect(table([figures]).split("\n")).toEqual([
      "floor  mutants  killed  timeout  survived  no test  left out   score",
      "some       112      17        0         3        0        92  85.0 %",
      "all        112      17        0         3        0        92  85.0 %",
    ]);
  });

  it("name each change that no test noticed", () => {
    const { survivors } = figuresOf("some", changes({ Killed: 1, Survived: 1, NoCoverage: 1 }));
    expect(survivors.map((survivor) => survivorLine("/clone", survivor))).toEqual([
      "survived: packages/a.ts:3:5 BooleanLiteral: true",
      "survived: packages/a.ts:3:5 BooleanLiteral: true (no test comes there)",
    ]);
  });
});
