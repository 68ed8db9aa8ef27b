import { existsSync } from "node:fs";
import { report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { attackDeletionsByKilling } from "../src/full-disk/deletion-kills.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe.skipIf(reason !== undefined)(
  `a deletion of the built program on a full disk${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.for([
      ["kernel", 0.02],
      ["portable", 0.02],
    ] as const)(
      "is wholly there or wholly not, wherever it is killed: %s locks",
      async ([lock, share], context) => {
        const random = seededRandom(11);
        const figures = await attackDeletionsByKilling({ random, lock, share });
        if (figures.found === undefined) return context.skip(figures.reason);
        report(context, `attack full-disk kills ${lock}`, figures.found, random.seed);
        expect(figures.found.violations).toEqual([]);
      },
    );
  },
);
