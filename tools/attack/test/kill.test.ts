import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackByKilling } from "../src/kill/attack.ts";

describe("a writer that is killed", { timeout: 180_000 }, () => {
  it.for([
    ["kernel", 16],
    ["portable", 4],
  ] as const)("loses nothing that was acknowledged: %s locks", async ([lock, kills], context) => {
    const random = seededRandom(11);
    const figures = await attackByKilling({ random, kills, lock });
    report(context, `attack kill ${lock}`, figures, random.seed);
    expect(figures.violations).toEqual([]);
  });
});
