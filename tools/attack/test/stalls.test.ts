import { report, seededRandom } from "@stowage/test-kit";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { attackAtEveryCall } from "../src/stalls/every-call.ts";
import { attackByReading } from "../src/stalls/starvation.ts";
import { attackByStopping } from "../src/stalls/stopping.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe("a writer", { timeout: 180_000 }, () => {
  it.for([
    { lock: "kernel", processes: 5, tasks: 1, theirs: 5 },
    { lock: "kernel", processes: 3, tasks: 3, theirs: 1 },
    { lock: "portable", processes: 5, tasks: 2, theirs: 0 },
  ] as const)(
    "gets in among ten busy readers: $lock locks, $processes processes of ours and $theirs of the library's",
    async (options, context) => {
      const figures = await attackByReading({ ...options, writes: 5 });
      report(context, `attack starvation ${options.lock}`, figures);
      expect(figures.violations).toEqual([]);
    },
  );
});

describe("a writer that is stopped while it holds the lock", { timeout: 180_000 }, () => {
  it.for([
    ["portable", 5],
    ["kernel", 10],
  ] as const)(
    "loses nothing and takes nothing away when it goes on: %s locks",
    async ([lock, stops], context) => {
      const random = seededRandom(5);
      const figures = await attackByStopping({ random, lock, stops });
      report(context, `attack stopping ${lock}`, figures, random.seed);
      expect(figures.violations).toEqual([]);
    },
  );
});

describe.skipIf(reason !== undefined)(
  `the built program, stopped at system calls of a save${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.for([
      ["portable", 0.03],
      ["kernel", 0.06],
    ] as const)("loses nothing, whoever saves meanwhile: %s locks", async ([lock, share], context) => {
      const random = seededRandom(6);
      const figures = await attackAtEveryCall({ random, lock, share });
      report(context, `attack every call ${lock}`, figures, random.seed);
      expect(figures.violations).toEqual([]);
    });
  },
);
