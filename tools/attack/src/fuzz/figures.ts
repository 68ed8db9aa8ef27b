import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Verdict } from "@stowage/test-kit";
import { HEAP_MEGABYTES } from "./watched-child.ts";

/** Milliseconds of CPU that one call may take. */
const MOST_CPU_OF_A_CALL = 1_000;

/** Whether a call took so long that the input is to be judged once more: a busy machine makes CPUs slower, too. */
export const isSlow = ({ slowest }: Verdict): boolean => slowest > MOST_CPU_OF_A_CALL;

/** What the process may have: V8's heap, Node itself, and so many times the input. */
const MEGABYTE = 1024 * 1024;
const BASE = (HEAP_MEGABYTES + 150) * MEGABYTE;
const TIMES_INPUT = 24;

export interface FuzzFigures {
  readonly seed: number;
  readonly inputs: number;
  readonly byKind: string;
  readonly outcomes: string;
  readonly slowestCall: string;
  readonly peakMegabytes: number;
  readonly tracedInputs: number;
  readonly tracedCalls: number;
  readonly violations: readonly string[];
}

/** An input that was judged, as it is kept when it breaks a promise. */
export interface Judged {
  /** The seed that it alone is drawn from. */
  readonly seed: number;
  readonly kind: string;
  readonly size: number;
  readonly json: () => string;
}

/** Adds up what came of the inputs. */
export class Tally {
  readonly #kinds = new Map<string, number>();
  readonly #outcomes = new Map<string, number>();
  readonly violations: string[] = [];
  #inputs = 0;
  #slowest = { slowest: 0, what: "" };
  #peak = 0;

  add(input: Judged, verdict: Verdict, floor: string): void {
    this.#inputs += 1;
    const kind = `${floor}: ${input.kind}`.replace(/large, .*/, "large");
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    for (const [what, count] of Object.entries(verdict.counts))
      this.#outcomes.set(what, (this.#outcomes.get(what) ?? 0) + count);
    const { slowest, slowestCall } = verdict;
    if (slowest > this.#slowest.slowest)
      this.#slowest = { slowest, what: `${slowestCall} of ${input.size} bytes, ${input.kind}` };
    this.#peak = Math.max(this.#peak, verdict.peak);
    const violations = [...verdict.violations];
    if (slowest > MOST_CPU_OF_A_CALL) violations.push(`${slowestCall} took ${Math.round(slowest)} ms of CPU`);
    const most = BASE + TIMES_INPUT * input.size;
    if (verdict.peak > most)
      violations.push(`it took ${megabytes(verdict.peak)} MB of memory, ${megabytes(most)} are allowed`);
    if (violations.length > 0) this.broken(input, violations);
  }

  /** Keeps an input that broke a promise in a file, to be put into `kept/` once it is mended. */
  broken(input: Judged, violations: readonly string[]): void {
    const folder = path.join(tmpdir(), "stowage-fuzz");
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, `${input.seed}.json`);
    writeFileSync(file, input.json());
    this.violations.push(...violations.map((each) => `${input.kind} (kept as ${file}): ${each}`));
  }

  figures(seed: number, traced: { inputs: number; calls: number }): FuzzFigures {
    const show = (counts: ReadonlyMap<string, number>): string =>
      [...counts]
        .sort(([, one], [, other]) => other - one)
        .map(([what, count]) => `${what} ${count}`)
        .join("; ");
    return {
      seed,
      inputs: this.#inputs,
      byKind: show(this.#kinds),
      outcomes: show(this.#outcomes),
      slowestCall: `${Math.round(this.#slowest.slowest)} ms (${this.#slowest.what})`,
      peakMegabytes: megabytes(this.#peak),
      tracedInputs: traced.inputs,
      tracedCalls: traced.calls,
      violations: this.violations,
    };
  }
}

const megabytes = (bytes: number): number => Math.round(bytes / MEGABYTE);
