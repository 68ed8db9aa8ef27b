import { readFileSync } from "node:fs";
import path from "node:path";
import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import { sampleRecord, writeSampleStore } from "../measure/sample-store.ts";
import { benchSource } from "../measure/sources.ts";

/** By name: what one operation came to. Counts only, no times: the same on every machine. */
export type Counts = Readonly<Record<string, Counted>>;

type Counted = Readonly<Record<string, number>>;

export const OPERATIONS = [
  "create",
  "create volatile",
  "setMetadata",
  "setBigData",
  "delete",
  "get",
  "list",
  "reload",
  "100 creates at once",
];

const CONTAINERS = 200;
const FEW = 5;
const MANY = 15;

/** What Node does for itself (waking threads, memory) is not among these, or is the same for few and for many. */
const SYSTEM_CALLS = [
  "openat",
  "close",
  "pread64",
  "pwrite64",
  "pwritev",
  "writev",
  "fsync",
  "fdatasync",
  "rename",
  "link",
  "unlink",
  "mkdir",
  "rmdir",
  "ftruncate",
  "fchmod",
  "statx",
  "fstat",
  "fcntl",
  "getdents64",
];

/**
 * Runs an operation a few times and many times, each in a process of its own under strace, and takes the difference:
 * what the start and the end of the process need falls out.
 *
 * Where the machine does other things meanwhile, the lock is had for so long in a row that it looks whether others wait.
 * No run needs less than it must, so the least of all runs so far is what it needs.
 */
export class OperationCount {
  readonly #operation: string;
  #few: Counted | undefined;
  #many: Counted | undefined;

  constructor(operation: string) {
    this.#operation = operation;
  }

  /** Runs it three times more. */
  async measure(): Promise<void> {
    for (let run = 0; run < 3; run += 1) {
      this.#few = least(this.#few, await countOne(this.#operation, FEW));
      this.#many = least(this.#many, await countOne(this.#operation, MANY));
    }
  }

  /** What it came to, in all that was measured. */
  get each(): Counted {
    const [few, many] = [this.#few ?? {}, this.#many ?? {}];
    const names = [...new Set([...Object.keys(few), ...Object.keys(many)])].sort();
    const perOperation = names.map((name): [string, number] => {
      const count = ((many[name] ?? 0) - (few[name] ?? 0)) / (MANY - FEW);
      // Node opens a file of the system now and then for itself; a call more for each operation is not lost in that.
      return [name, SYSTEM_CALLS.includes(name) ? Math.round(count) : count];
    });
    return Object.fromEntries(perOperation.filter(([, count]) => count !== 0));
  }
}

function least(before: Counted | undefined, now: Counted): Counted {
  if (before === undefined) return now;
  return Object.fromEntries(
    Object.entries(before).map(([name, count]) => [name, Math.min(count, now[name] ?? 0)]),
  );
}

async function countOne(operation: string, times: number): Promise<Counted> {
  await using folder = await temporaryFolder();
  const dir = path.join(folder.path, "store");
  writeSampleStore(dir, CONTAINERS);
  const log = path.join(folder.path, "strace");
  const child = await bundledChild(benchSource("children/scenario.ts"));
  const scenario = [process.execPath, child, dir, operation, String(times), sampleRecord(CONTAINERS >> 1).id];
  const traced = await runProcess("strace", [
    ...[
      "-f",
      "-qq",
      "-c",
      "-U",
      "name,calls",
      "-o",
      log,
      "-e",
      `trace=${SYSTEM_CALLS.map((name) => `?${name}`).join(",")}`,
    ],
    ...scenario,
  ]);
  if (traced.code !== 0) throw new Error(`the scenario "${operation}" failed: ${traced.stderr}`);
  return {
    ...(JSON.parse(traced.stdout) as Record<string, number>),
    ...Object.fromEntries(systemCalls(readFileSync(log, "utf8"))),
  };
}

/** The summary of `strace -c -U name,calls`. */
export function systemCalls(summary: string): [string, number][] {
  return [...summary.matchAll(/^ *([a-z]\w*) +(\d+) *$/gm)]
    .filter(([, name]) => name !== "total" && name !== "syscall")
    .map(([, name = "", calls]) => [name, Number(calls)]);
}
