import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** What came of one input. */
export interface Verdict {
  /** Milliseconds of CPU of the slowest call, all threads together, and its name. */
  readonly slowest: number;
  readonly slowestCall: string;
  /** The most memory that the process had while it judged, in bytes. */
  readonly peak: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly violations: readonly string[];
}

/** Collects what is seen while an input is judged. */
export interface Notes {
  count(what: string): void;
  violation(what: string): void;
  /** Runs something and measures the CPU that it takes. */
  measured<T>(call: string, work: () => T | Promise<T>): Promise<T>;
}

/**
 * Makes this process one that judges inputs for the fuzzer that forked it: one
 * after the other, in order, each with a verdict. Whatever escapes `judge`, as
 * an exception, a rejection that nobody handles or a warning of Node, breaks a
 * promise; so do a file that stays open and a changed `Object.prototype`.
 *
 * @param warmUp called once before, so that what is opened only once is open
 */
export function judgeInputs<Input>(
  judge: (input: Input, notes: Notes) => Promise<void> | void,
  warmUp: () => Promise<void> = () => Promise.resolve(),
): void {
  const escaped: string[] = [];
  const escape = (how: string) => (error: unknown) => escaped.push(`${how}: ${describe(error)}`);
  process.on("uncaughtException", escape("uncaught"));
  process.on("unhandledRejection", escape("unhandled rejection"));
  process.on("warning", escape("warning of Node"));

  const judgeOne = async (input: Input): Promise<Verdict> => {
    const counts: Record<string, number> = {};
    const violations: string[] = [];
    let slowest = 0;
    let slowestCall = "";
    const notes: Notes = {
      count: (what) => (counts[what] = (counts[what] ?? 0) + 1),
      violation: (what) => void violations.push(what),
      async measured(call, work) {
        const before = process.cpuUsage();
        try {
          return await work();
        } finally {
          const { user, system } = process.cpuUsage(before);
          const took = (user + system) / 1000;
          if (took > slowest) [slowest, slowestCall] = [took, call];
        }
      },
    };
    forgetPeak();
    const files = openFiles();
    try {
      await judge(input, notes);
    } catch (error) {
      violations.push(describe(error));
    }
    if (!(await settles(() => openFiles() <= files)))
      violations.push(`${openFiles() - files} files stay open`);
    if (!isCleanPrototype()) violations.push("Object.prototype has other members than before");
    violations.push(...escaped.splice(0));
    return { slowest, slowestCall, peak: peakMemory(), counts, violations };
  };

  let last = warmUp();
  last.then(
    () => process.send?.("ready"),
    (error: unknown) => process.send?.(describe(error)),
  );
  // Node stays for as long as something may still happen; the fuzzer has nothing more.
  process.on("disconnect", () => process.exit());
  process.on("message", (input: Input) => {
    last = last.then(async () => void process.send?.(await judgeOne(input)));
  });
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : `no error, but ${String(error)}`;

/** Waits for what a busy machine does late. */
async function settles(condition: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 200 && !condition(); turn += 1) await setTimeout(turn < 20 ? 0 : 10);
  return condition();
}

const members = Object.getOwnPropertyNames(Object.prototype).length;

function isCleanPrototype(): boolean {
  return Object.getOwnPropertyNames(Object.prototype).length === members;
}

/** 0 where the system does not tell. */
function openFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}

function forgetPeak(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Then the peak is that of the whole process.
  }
}

function peakMemory(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}
