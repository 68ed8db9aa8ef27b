import { expect, it } from "vitest";
import { differences } from "../src/counts/compare.ts";
import { systemCalls } from "../src/counts/count.ts";
import { figureOf, median } from "../src/measure/figure.ts";
import { takeTurns } from "../src/measure/take-turns.ts";
import { judge } from "../src/report/judge.ts";

it("takes the middle one, or the mean of the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([1, 100, 2, 4])).toBe(3);
  expect(() => median([])).toThrow(TypeError);
});

it("lets all take turns, does not count the first round, and changes who begins", async () => {
  const log: string[] = [];
  const contestant = (who: "stowage" | "raw") => ({
    who,
    steps: { row: () => Promise.resolve(log.push(who)) },
  });
  const figures = await takeTurns(["row", "missing"], 7, [contestant("stowage"), contestant("raw")], {
    rounds: 2,
    budget: 60_000,
    atLeast: 2,
  });
  expect(log).toEqual(["stowage", "raw", "raw", "stowage", "stowage", "raw"]);
  expect(figures.map(({ row, n, who, median, count }) => [row, n, who, median, count])).toEqual([
    ["row", 7, "raw", 4.5, 2],
    ["row", 7, "stowage", 4.5, 2],
  ]);
});

it("holds figures against goals of every kind", () => {
  const figures = [
    ...[100, 1000].map((n) => figureOf("row", n, "stowage", [n / 10])),
    figureOf("row", 1000, "go", [250]),
    figureOf("row", 1000, "raw", [50]),
  ];
  const at = (wanted: number) => (): number => wanted;
  const verdicts = judge(figures, [
    { row: "row", kind: "faster than", than: "go", at: at(2.5) },
    { row: "row", kind: "faster than", than: "go", at: at(2.6) },
    { row: "row", kind: "at most times", than: "raw", at: at(1.9) },
    { row: "row", kind: "at most", unit: "ms", at: at(1) },
    { row: "row", kind: "flat", times: 5 },
    { row: "nobody measured it", kind: "faster than", than: "go", at: at(1) },
  ]);
  expect(verdicts.map(({ n, found, met }) => [n, found, met])).toEqual([
    [1000, 2.5, true],
    [1000, 2.5, false],
    [1000, 2, false],
    [100, 0.00001, true],
    [1000, 0.0001, true],
    [1000, 10, false],
  ]);
});

it("reads the summary of strace, and names what differs between two counts", () => {
  const summary =
    "syscall            calls\n------------ ---------\nopenat              12\nfsync                3\n";
  expect(systemCalls(`${summary}------------ ---------\ntotal               15\n`)).toEqual([
    ["openat", 12],
    ["fsync", 3],
  ]);
  expect(differences({ get: { openat: 1 } }, { get: { openat: 2 } })).toEqual(["get: openat was 1, is 2"]);
  expect(differences({}, { get: { openat: 2 } })).toEqual(["get: openat was 0, is 2"]);
  expect(differences({ get: { openat: 2 } }, { get: { openat: 2 } })).toEqual([]);
});
