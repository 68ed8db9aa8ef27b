import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackByKilling } from "../src/kill/attack.ts";
import { attackTransactions } from "../src/kill/transactions.ts";

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

  it.for([
    ["kernel", 12],
    ["portable", 4],
  ] as const)("leaves each transaction whole or undone: %s locks", async ([lock, kills], context) => {
    const random = seededRandom(12);
    const figures = await attackTransactions({ random, kills, lock });
    report(context, `attack transactions ${lock}`, figures, random.seed);
    expect(figures.violations).toEqual([]);
  });
});
