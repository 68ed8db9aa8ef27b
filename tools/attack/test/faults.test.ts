import { existsSync } from "node:fs";
import { seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackWithFaults } from "../src/faults/attack.ts";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe.skipIf(reason !== undefined)(
  `failing system calls of the built program${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it("are told, leave the store whole, and the program goes on", async () => {
      const figures = await attackWithFaults({
        random: seededRandom(3),
        share: 0.1,
      });
      console.log(JSON.stringify(figures));
      expect(figures.violations).toEqual([]);
    });
  },
);
