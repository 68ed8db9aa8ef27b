import { expect, it } from "vitest";
import { coverageLines } from "../src/coverage.ts";

it("sums the lines of each package, and of nothing else", () => {
  const files: Readonly<Record<string, readonly [covered: number, total: number]>> = {
    "/clone/packages/store/src/a.ts": [3, 4],
    "/clone/packages/store/src/model/b.ts": [0, 4],
    "/clone/packages/cli/src/types.ts": [0, 0],
    "/clone/tools/run/test.mjs": [1, 9],
  };
  const map = {
    files: () => Object.keys(files),
    fileCoverageFor: (file: string) => {
      const [covered, total] = files[file]!;
      return { toSummary: () => ({ lines: { covered, total } }) };
    },
  };
  expect(coverageLines(map)).toEqual([
    "coverage of cli: 100.0 % of lines (0 of 0)",
    "coverage of store: 37.5 % of lines (3 of 8)",
  ]);
});
