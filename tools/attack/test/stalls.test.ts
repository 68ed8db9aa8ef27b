import { seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackByReading } from "../src/stalls/starvation.ts";
import { attackByStopping } from "../src/stalls/stopping.ts";

describe("a writer", { timeout: 180_000 }, () => {
  it.each(["kernel", "portable"] as const)("gets in among ten busy readers: %s locks", async (lock) => {
    const figures = await attackByReading({ lock, readers: 10, processes: 3, writes: 5, limit: 45_000 });
    console.log(lock, JSON.stringify(figures));
    expect(figures.violations).toEqual([]);
  });
});

describe("a writer that is stopped while it holds the lock", { timeout: 180_000 }, () => {
  it.each([
    ["portable", 5],
    ["kernel", 10],
  ] as const)("loses nothing and takes nothing away when it goes on: %s locks", async (lock, stops) => {
    const figures = await attackByStopping({ random: seededRandom(5), lock, stops });
    console.log(JSON.stringify(figures));
    expect(figures.violations).toEqual([]);
  });
});
