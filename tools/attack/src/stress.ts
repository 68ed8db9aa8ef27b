import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { figuresLine, type SeededRandom, seededRandom } from "@stowage/test-kit";
import { attackTogether } from "./concurrency/attack.ts";
import { attackWithFaults } from "./faults/attack.ts";
import { attackCommands } from "./faults/commands.ts";
import { PROGRAM } from "./faults/batch-program.ts";
import { attackWithHostileFiles } from "./fuzz/attack.ts";
import { attackFullDisk } from "./full-disk/attack.ts";
import { attackDeletionsWithFaults } from "./full-disk/deletion-faults.ts";
import { attackDeletionsByKilling } from "./full-disk/deletion-kills.ts";
import { attackDeletionsByStopping } from "./full-disk/deletion-stops.ts";
import { attackByKilling } from "./kill/attack.ts";
import { attackTransactions } from "./kill/transactions.ts";
import { attackPower } from "./power-loss/attack.ts";
import { attackAtEveryCall } from "./stalls/every-call.ts";
import { attackByReading } from "./stalls/starvation.ts";
import { attackByStopping } from "./stalls/stopping.ts";
import { noStrace } from "./strace.ts";

interface Figures {
  readonly violations?: readonly string[];
}

interface Attack {
  readonly name: string;
  /** Why it cannot be made here. */
  readonly without?: string | undefined;
  /** @param size how many times as much as usual */
  readonly run: (random: SeededRandom, size: number) => Promise<Figures | string>;
}

const noProgram = noStrace ?? (existsSync(PROGRAM) ? undefined : "the program is not built: pnpm build");

const times = (count: number, size: number): number => Math.max(1, Math.round(count * size));

const MODES = [
  { lock: "kernel", transient: false },
  { lock: "portable", transient: false },
  { lock: "kernel", transient: true },
] as const;

const DELETION_ATTACKS = [
  ["kills", attackDeletionsByKilling],
  ["faults", attackDeletionsWithFaults],
  ["stops", attackDeletionsByStopping],
] as const;

const FULL_DISKS = [
  { lock: "kernel", disk: "tmpfs" },
  { lock: "portable", disk: "tmpfs" },
  { lock: "kernel", disk: "ext4" },
  { lock: "portable", disk: "ext4" },
] as const;

const ATTACKS: readonly Attack[] = [
  ...MODES.map(({ lock, transient }) => ({
    name: `power ${lock}${transient ? " transient" : ""}`,
    without: noStrace,
    run: (random: SeededRandom, size: number) =>
      attackPower({ random, groups: times(40, size), lock, transient }),
  })),
  ...MODES.map(({ lock, transient }) => ({
    name: `faults ${lock}${transient ? " transient" : ""}`,
    without: noProgram,
    run: (random: SeededRandom, size: number) =>
      attackWithFaults({ random, lock, transient, share: Math.min(1, size) }),
  })),
  {
    name: "commands",
    without: noProgram,
    run: (random, size) => attackCommands({ random, share: Math.min(1, size) }),
  },
  {
    name: "kill kernel",
    run: (random, size) => attackByKilling({ random, kills: times(900, size), lock: "kernel" }),
  },
  {
    name: "kill portable",
    run: (random, size) => attackByKilling({ random, kills: times(100, size), lock: "portable" }),
  },
  ...(["kernel", "portable"] as const).map((lock) => ({
    name: `transactions ${lock}`,
    run: (random: SeededRandom, size: number) =>
      attackTransactions({ random, kills: times(lock === "kernel" ? 300 : 60, size), lock }),
  })),
  {
    name: "disk",
    run: async () => {
      const { found, reason } = await attackFullDisk({ mostPages: 60, step: 1 });
      return found ?? reason;
    },
  },
  ...DELETION_ATTACKS.flatMap(([name, attack]) =>
    FULL_DISKS.map(({ lock, disk }) => ({
      name: `deletions ${name} ${lock} ${disk}`,
      without: noProgram,
      run: async (random: SeededRandom, size: number) => {
        const { found, reason } = await attack({ random, lock, disk, share: Math.min(1, size) });
        return found ?? reason;
      },
    })),
  ),
  {
    name: "fuzz",
    run: (random, size) =>
      attackWithHostileFiles({
        random,
        files: times(92_000, size),
        stores: times(7_500, size),
        traced: times(500, size),
      }),
  },
  ...[
    { lock: "kernel", processes: 10, tasks: 1, theirs: 0 },
    { lock: "kernel", processes: 5, tasks: 2, theirs: 0 },
    { lock: "kernel", processes: 0, tasks: 0, theirs: 10 },
    { lock: "kernel", processes: 5, tasks: 1, theirs: 5 },
    { lock: "portable", processes: 10, tasks: 1, theirs: 0 },
    { lock: "portable", processes: 5, tasks: 2, theirs: 0 },
  ].map(({ lock, processes, tasks, theirs }) => ({
    name: `readers ${lock} ${processes}x${tasks}+${theirs}`,
    run: (_random: SeededRandom, size: number) =>
      attackByReading({ lock: lock as "kernel", processes, tasks, theirs, writes: times(200, size) }),
  })),
  ...(["kernel", "portable"] as const).map((lock) => ({
    name: `stops ${lock}`,
    run: (random: SeededRandom, size: number) => attackByStopping({ random, lock, stops: times(200, size) }),
  })),
  ...(["kernel", "portable"] as const).map((lock) => ({
    name: `calls ${lock}`,
    without: noProgram,
    run: (random: SeededRandom, size: number) =>
      attackAtEveryCall({ random, lock, share: Math.min(1, size) }),
  })),
  {
    name: "concurrency kernel",
    run: (random, size) =>
      attackTogether({ random, lock: "kernel", ours: 4, theirs: 3, tasks: 4, duration: times(60_000, size) }),
  },
  {
    name: "concurrency portable",
    run: (random, size) =>
      attackTogether({
        random,
        lock: "portable",
        ours: 6,
        theirs: 0,
        tasks: 4,
        duration: times(60_000, size),
      }),
  },
];

/** Makes the attacks whose names begin with one of the given ones, and prints what came of each; resolves to an exit code. */
export async function stress(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { size: { type: "string", default: "1" } },
  });
  const size = Number(values.size);
  const chosen = ATTACKS.filter(
    ({ name }) => positionals.length === 0 || positionals.some((each) => name.startsWith(each)),
  );
  if (chosen.length === 0 || !(size > 0)) {
    console.error(
      `usage: stress [NAME...] [--size N]; there are ${ATTACKS.map(({ name }) => name).join(", ")}`,
    );
    return 2;
  }
  const lines: string[] = [];
  let broken = 0;
  for (const { name, without, run } of chosen) {
    const begun = performance.now();
    const figures = without ?? (await run(seededRandom(), size).catch((error: unknown) => failure(error)));
    const seconds = Math.round((performance.now() - begun) / 1000);
    lines.push(
      `${name}: ${typeof figures === "string" ? `not made: ${figures}` : figuresLine(figures)}; ${seconds} s`,
    );
    console.log(lines.at(-1));
    if (typeof figures === "string") continue;
    for (const violation of figures.violations ?? []) console.log(`  broken: ${violation}`);
    broken += figures.violations?.length ?? 0;
  }
  console.log(`\n${lines.join("\n")}\n${broken} broken promises`);
  return broken === 0 ? 0 : 1;
}

const failure = (error: unknown): Figures => ({
  violations: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
});
