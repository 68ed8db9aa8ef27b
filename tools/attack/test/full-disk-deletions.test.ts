import { existsSync } from "node:fs";
import { type Found, report, seededRandom } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { PROGRAM } from "../src/faults/batch-program.ts";
import { attackDeletionsWithFaults } from "../src/full-disk/deletion-faults.ts";
import { attackDeletionsByKilling } from "../src/full-disk/deletion-kills.ts";
import { attackDeletionsByStopping } from "../src/full-disk/deletion-stops.ts";
import type { DeletionOptions } from "../src/full-disk/deletions.ts";
import { noStrace } from "../src/strace.ts";

const reason = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built");

type Attack = (options: DeletionOptions) => Promise<Found<{ readonly violations: readonly string[] }>>;
type Case = readonly [string, Attack, Omit<DeletionOptions, "random">];

const CASES: readonly Case[] = [
  ["killed: kernel locks", attackDeletionsByKilling, { lock: "kernel", disk: "tmpfs", share: 0.006 }],
  [
    "killed: portable locks, ext4",
    attackDeletionsByKilling,
    { lock: "portable", disk: "ext4", share: 0.006 },
  ],
  [
    "met by a fault: kernel locks, ext4",
    attackDeletionsWithFaults,
    { lock: "kernel", disk: "ext4", share: 0.01 },
  ],
  [
    "met by a fault: portable locks",
    attackDeletionsWithFaults,
    { lock: "portable", disk: "tmpfs", share: 0.004 },
  ],
  ["stopped: portable locks", attackDeletionsByStopping, { lock: "portable", disk: "tmpfs", share: 0.01 }],
  ["stopped: kernel locks", attackDeletionsByStopping, { lock: "kernel", disk: "tmpfs", share: 0.01 }],
];

describe.skipIf(reason !== undefined)(
  `a deletion of the built program on a full disk${reason === undefined ? "" : ` (skipped: ${reason})`}`,
  { timeout: 180_000 },
  () => {
    it.for(CASES)(
      "is wholly there or wholly not, wherever it is %s",
      async ([what, attack, options], context) => {
        const random = seededRandom(11);
        const { found, reason: without } = await attack({ ...options, random });
        if (found === undefined) return context.skip(without);
        report(context, `attack full-disk deletions ${what}`, found, random.seed);
        expect(found.violations).toEqual([]);
      },
    );
  },
);
