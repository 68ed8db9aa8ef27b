import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { runProcess, type SeededRandom, temporaryFolder } from "@stowage/test-kit";
import { pathsOf } from "./aim.ts";
import { predictable } from "./batch-program.ts";
import { FAULTS } from "./operations.ts";
import { stateOf } from "./state.ts";

export interface CommandFaultOptions {
  readonly random: SeededRandom;
  /** The share of the faults that are tried, drawn by chance. Default 1. */
  readonly share?: number;
}

export interface CommandFaultFigures {
  readonly commands: number;
  /** Faults that were met. */
  readonly faults: number;
  /** Of these: the command ended with another code than 0, or did its work all the same. */
  readonly refused: number;
  readonly done: number;
  readonly violations: readonly string[];
}

const IDS = ["web", "new"];
const ITEMS = ["config.json"];

const MAKE_WEB = ["create", "--id", "web", "--name", "www", "--metadata", "m"];
const SET_ITEM = ["data", "set", "web", "config.json", "-"];

/** Commands of which each is a process of its own. */
const COMMANDS: readonly (readonly string[])[] = [
  ["create", "--id", "new", "--name", "n"],
  ["name", "add", "web", "more"],
  ["metadata", "set", "web", "other"],
  ["flag", "set", "web", "f", "1"],
  SET_ITEM,
  ["rm", "web"],
  ["ls"],
  ["inspect", "web"],
  ["data", "get", "web", "config.json"],
  ["check"],
];

interface Outcome {
  readonly code: number | null;
  readonly stderr: string;
  readonly trace: string;
}

/** Lets the system calls of one command after the other fail, each in turn, and looks at exit code, message and store. */
export async function attackCommands({
  random,
  share = 1,
}: CommandFaultOptions): Promise<CommandFaultFigures> {
  await using scratch = await temporaryFolder();
  const bench = await Bench.prepare(path.join(scratch.path, "store"), path.join(scratch.path, "log"));
  const count = { faults: 0, refused: 0, done: 0 };
  const violations: string[] = [];
  for (const command of COMMANDS) {
    await bench.startOver();
    const before = await bench.state();
    const { trace } = await bench.run(command, ["-e", "trace=%file,%desc"]);
    const after = await bench.state();
    const calls = new Set([...trace.matchAll(/^\d+ +(\w+)\(/gm)].map(([, call = ""]) => call));
    const kinds = [...calls].flatMap((call) => (FAULTS.get(call) ?? []).map((error) => ({ call, error })));
    for (const { call, error } of kinds) {
      if (!random.chance(share)) continue;
      for (let nth = 1; nth < 100; nth += 1) {
        await bench.startOver();
        const inject = ["-e", `trace=${call}`, "-e", `inject=${call}:error=${error}:when=${nth}`];
        const outcome = await bench.run(command, inject);
        if (!outcome.trace.includes("(INJECTED)")) break;
        count.faults += 1;
        if (outcome.code === 0) count.done += 1;
        else count.refused += 1;
        const problems = await bench.judge(outcome, { call, error, before, after });
        const where = `stowage ${command.join(" ")}, ${call} ${nth}: ${error}`;
        violations.push(
          ...problems.map((each) => `${where}: ${each} (${outcome.code}: ${outcome.stderr.trim()})`),
        );
      }
    }
  }
  return { commands: COMMANDS.length, ...count, violations };
}

class Bench {
  readonly #dir: string;
  readonly #log: string;
  readonly #program: Awaited<ReturnType<typeof predictable>>;

  private constructor(dir: string, log: string, program: Awaited<ReturnType<typeof predictable>>) {
    this.#dir = dir;
    this.#log = log;
    this.#program = program;
  }

  static async prepare(dir: string, log: string): Promise<Bench> {
    return new Bench(dir, log, await predictable());
  }

  async startOver(): Promise<void> {
    await rm(this.#dir, { recursive: true, force: true });
    for (const command of [MAKE_WEB, SET_ITEM]) {
      const { code, stderr } = await this.#start(process.execPath, [
        ...this.#program.args,
        ...this.#of(command),
      ]);
      if (code !== 0) throw new Error(`stowage ${command.join(" ")}: ${stderr}`);
    }
  }

  /** Runs a command under strace, aimed at what lies in the store. */
  async run(command: readonly string[], options: readonly string[]): Promise<Outcome> {
    const aim = pathsOf({ dir: this.#dir, lock: "kernel" }, IDS, ITEMS).flatMap((each) => ["-P", each]);
    const traced = ["-f", "-o", this.#log, ...options, ...aim, process.execPath, ...this.#program.args];
    const { code, stderr } = await this.#start("strace", [...traced, ...this.#of(command)]);
    return { code, stderr, trace: await readFile(this.#log, "utf8") };
  }

  async judge(
    { code, stderr }: Outcome,
    { call, error, before, after }: { call: string; error: string; before: string; after: string },
  ): Promise<string[]> {
    const problems: string[] = [];
    const isMade = stderr.includes("the change is made");
    const isUncertain = stderr.includes("after a loss of power");
    const expected = code === 0 || isMade ? [after] : isUncertain ? [before, after] : [before];
    const now = await this.state();
    if (!expected.includes(now)) problems.push(`the store is ${now}; expected ${expected.join(" or ")}`);
    if (code === null) problems.push("a signal has ended it");
    if (code !== 0 && !stderr.includes(this.#dir)) problems.push("the message names no file");
    if (code !== 0 && !stderr.includes(error)) problems.push("the message gives another reason");
    const names = await readdir(this.#dir, { recursive: true });
    const left = names.filter((name) => /(^|\/)\.(tmp|stowage)-/.test(name));
    // What the system refuses to remove stays.
    if (left.length > 0 && !["unlink", "rmdir"].includes(call))
      problems.push(`left behind: ${left.join(", ")}`);
    return problems;
  }

  state(): Promise<string> {
    return stateOf({ dir: this.#dir });
  }

  #of(command: readonly string[]): string[] {
    return ["--dir", this.#dir, "--lock", "kernel", ...command];
  }

  #start(program: string, args: readonly string[]): ReturnType<typeof runProcess> {
    return runProcess(program, args, { input: "content", env: this.#program.env });
  }
}
