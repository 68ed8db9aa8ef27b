import { peer, report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackTogether } from "../src/concurrency/attack.ts";

const why = peer().reason;

describe("several processes change one store at the same time", { timeout: 240_000 }, () => {
  it.for(["kernel", "portable"] as const)(
    `and are stopped, and their clocks jump: nothing is lost, %s locks${why === undefined ? "" : ` (none of the library's: ${why})`}`,
    async (lock, context) => {
      const random = seededRandom(41);
      const options = { random, lock, ours: lock === "kernel" ? 2 : 4, theirs: 2, tasks: 3, duration: 5_000 };
      const figures = await attackTogether(options);
      report(context, `attack concurrency ${lock}`, figures, random.seed);
      expect(figures.violations).toEqual([]);
      expect(figures.ourChanges).toBeGreaterThan(0);
      if (why === undefined && lock === "kernel") expect(figures.theirChanges).toBeGreaterThan(0);
    },
  );
});
