import { existsSync } from "node:fs";
import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackWithFaults } from "../src/faults/attack.ts";
import { attackCommands } from "../src/faults/commands.ts";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe.skipIf(reason !== undefined)(
  `failing system calls of the built program${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.for([
      ["kernel", false, 0.06],
      ["portable", false, 0.01],
      ["kernel", true, 0.02],
    ] as const)(
      "are told, leave the store whole, and the program goes on: %s locks, transient %s",
      async ([lock, transient, share], context) => {
        const random = seededRandom(3);
        const figures = await attackWithFaults({ random, lock, transient, share });
        report(context, `attack faults ${lock}${transient ? " transient" : ""}`, figures, random.seed);
        expect(figures.violations).toEqual([]);
      },
    );

    it("are told by commands that run alone, with an exit code and a message", async (context) => {
      const random = seededRandom(9);
      const figures = await attackCommands({ random, share: 0.01 });
      report(context, "attack faults commands", figures, random.seed);
      expect(figures.violations).toEqual([]);
    });
  },
);
