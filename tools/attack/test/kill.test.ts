import { seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackByKilling } from "../src/kill/attack.ts";

describe("a writer that is killed", { timeout: 180_000 }, () => {
  it.each([
    ["kernel", 16],
    ["portable", 4],
  ] as const)("loses nothing that was acknowledged: %s locks", async (lock, kills) => {
    const figures = await attackByKilling({ random: seededRandom(11), kills, lock });
    console.log(JSON.stringify(figures));
    expect(figures.violations).toEqual([]);
  });
});
