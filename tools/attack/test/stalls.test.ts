import { seededRandom } from "@stowage/test-kit";
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { attackAtEveryCall } from "../src/stalls/every-call.ts";
import { attackByReading } from "../src/stalls/starvation.ts";
import { attackByStopping } from "../src/stalls/stopping.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

describe("a writer", { timeout: 180_000 }, () => {
  it.each([
    { lock: "kernel", processes: 5, tasks: 1, theirs: 5 },
    { lock: "kernel", processes: 3, tasks: 3, theirs: 1 },
    { lock: "portable", processes: 5, tasks: 2, theirs: 0 },
  ] as const)(
    "gets in among ten busy readers: $lock locks, $processes processes of ours and $theirs of the library's",
    async (options) => {
      const figures = await attackByReading({ ...options, writes: 5 });
      console.log(options.lock, JSON.stringify(figures));
      expect(figures.violations).toEqual([]);
    },
  );
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

describe.skipIf(reason !== undefined)(
  `the built program, stopped at system calls of a save${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.each([
      ["portable", 0.03],
      ["kernel", 0.06],
    ] as const)("loses nothing, whoever saves meanwhile: %s locks", async (lock, share) => {
      const figures = await attackAtEveryCall({ random: seededRandom(6), lock, share });
      console.log(lock, JSON.stringify(figures));
      expect(figures.violations).toEqual([]);
    });
  },
);
