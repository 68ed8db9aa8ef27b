import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { attackPower } from "../src/power-loss/attack.ts";
import { noStrace } from "../src/strace.ts";

describe.skipIf(noStrace !== undefined)(
  `loss of power${noStrace === undefined ? "" : ` (skipped: ${noStrace})`}`,
  { timeout: 180_000 },
  () => {
    it.for([
      ["kernel", false, 0.4],
      ["portable", false, 0.02],
      ["kernel", true, 0.2],
    ] as const)(
      "takes nothing that was acknowledged: %s locks, transient %s",
      async ([lock, transient, share], context) => {
        const random = seededRandom(20_261_125);
        const figures = await attackPower({ random, groups: 8, lock, transient, share });
        report(context, `attack power loss ${lock}${transient ? " transient" : ""}`, figures, random.seed);
        expect(figures.violations).toEqual([]);
      },
    );
  },
);
