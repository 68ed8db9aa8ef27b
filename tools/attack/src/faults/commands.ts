import { cp, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { openContainerStore } from "@stowage/store";
import {
  bundledChild,
  repositoryRoot,
  runProcess,
  type SeededRandom,
  temporaryFolder,
} from "@stowage/test-kit";
import { pathsOf } from "./aim.ts";
import { predictable } from "./batch-program.ts";
import { ARCHIVE, BASELINE, COMMANDS, type FaultyCommand, IDS, ITEMS, ORPHAN } from "./command-list.ts";
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

interface Outcome {
  readonly code: number | null;
  /** On standard error, and standard output. */
  readonly said: string;
  readonly trace: string;
}

/** Lets the system calls of one command after the other fail, each in turn, and looks at exit code, message and store. */
export async function attackCommands({
  random,
  share = 1,
}: CommandFaultOptions): Promise<CommandFaultFigures> {
  await using scratch = await temporaryFolder();
  const bench = await Bench.prepare(scratch.path);
  const count = { faults: 0, refused: 0, done: 0 };
  const violations: string[] = [];
  for (const command of COMMANDS) {
    await bench.make(command);
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
        const where = `stowage ${command.args.join(" ")}, ${call} ${nth}: ${error}`;
        violations.push(
          ...problems.map((each) => `${where}: ${each} (${outcome.code}: ${outcome.said.trim()})`),
        );
      }
    }
  }
  return { commands: COMMANDS.length, ...count, violations };
}

interface Found {
  readonly id: string;
  readonly folder: readonly string[];
}

const isText = (value: unknown): value is string => typeof value === "string";

/**
 * The state `after` when it is not certain that it outlives a loss of power: then nothing is removed, so that files of
 * which no record speaks any more are as in `before`.
 */
function withFilesOf(after: string, before: string): string {
  // What a repair is for cannot be read before.
  if (!isReadable(before)) return after;
  const foldersBefore = new Map(containersIn(before).map(({ id, folder }) => [id, folder]));
  const containers = containersIn(after).map((found) => ({
    ...found,
    folder: [...new Set([...found.folder, ...(foldersBefore.get(found.id) ?? [])])].sort(),
  }));
  return JSON.stringify(containers.map((each) => JSON.stringify(each)).sort());
}

/** A deletion on a full disk says so when the records could not be saved after it: it is made. */
const DELETED_ALL_THE_SAME = "The containers count as deleted all the same";

const isReadable = (state: string): boolean => state.startsWith("[");

function containersIn(state: string): Found[] {
  const all = JSON.parse(state.replace(/, an orphan$/, "")) as unknown[];
  return all.filter(isText).map((each) => JSON.parse(each) as Found);
}

class Bench {
  readonly #scratch: string;
  readonly #dir: string;
  readonly #log: string;
  readonly #program: Awaited<ReturnType<typeof predictable>>;

  private constructor(scratch: string, program: Awaited<ReturnType<typeof predictable>>) {
    this.#scratch = scratch;
    this.#dir = path.join(scratch, "store");
    this.#log = path.join(scratch, "log");
    this.#program = program;
  }

  static async prepare(scratch: string): Promise<Bench> {
    const bench = new Bench(scratch, await predictable());
    const archived = path.join(scratch, "archived");
    await bench.#do(archived, ["create", "--id", "new", "--name", "n"]);
    await bench.#do(archived, ["data", "set", "new", "config.json", "-"]);
    await bench.#do(archived, ["export", path.join(scratch, ARCHIVE)]);
    for (const command of BASELINE) await bench.#do(path.join(scratch, "baseline"), command);
    return bench;
  }

  /** Makes the store as the command is to find it, from now on. */
  async make({ prepare }: FaultyCommand): Promise<void> {
    await this.#copy("baseline", "prepared");
    await prepare?.(path.join(this.#scratch, "prepared"));
    await this.startOver();
  }

  async startOver(): Promise<void> {
    await this.#copy("prepared", "store");
  }

  async #copy(from: string, to: string): Promise<void> {
    const [source, target] = [from, to].map((name) => path.join(this.#scratch, name));
    await rm(target!, { recursive: true, force: true });
    await cp(source!, target!, { recursive: true, preserveTimestamps: true });
  }

  async #do(dir: string, command: readonly string[]): Promise<void> {
    const args = [...this.#program.args, "--dir", dir, "--lock", "kernel", ...command];
    const { code, stderr } = await this.#start(process.execPath, args);
    if (code !== 0) throw new Error(`stowage ${command.join(" ")}: ${stderr}`);
  }

  /** Runs a command under strace, aimed at what lies in the store. */
  async run({ args, program }: FaultyCommand, options: readonly string[]): Promise<Outcome> {
    const aim = pathsOf({ dir: this.#dir, lock: "kernel" }, IDS, ITEMS).flatMap((each) => ["-P", each]);
    const ours =
      program === undefined
        ? undefined
        : await bundledChild(path.join(repositoryRoot, "tools/attack/src/faults", program));
    const command =
      ours === undefined
        ? [
            ...this.#program.args,
            "--dir",
            this.#dir,
            "--lock",
            "kernel",
            ...args.map((each) => this.#named(each)),
          ]
        : [...this.#program.args.slice(0, -1), ours, this.#dir];
    const traced = ["-f", "-o", this.#log, ...options, ...aim, process.execPath, ...command];
    const { code, stdout, stderr } = await this.#start("strace", traced);
    return { code, said: stderr + stdout, trace: await readFile(this.#log, "utf8") };
  }

  async judge(
    { code, said }: Outcome,
    { call, error, before, after }: { call: string; error: string; before: string; after: string },
  ): Promise<string[]> {
    const problems: string[] = [];
    // What says so for a repair: of all that it may mend, the file is what the state shows.
    const isMade =
      said.includes("the change is made") ||
      said.includes(DELETED_ALL_THE_SAME) ||
      said.includes("the rest was collected") ||
      /^repaired CHECK_FILE_UNREADABLE/m.test(said);
    const isUncertain = said.includes("after a loss of power");
    const done = isUncertain ? [before, after, withFilesOf(after, before)] : isMade ? [after] : [before];
    const expected = code === 0 ? [after] : done;
    const now = await this.state();
    if (!expected.includes(now)) problems.push(`the store is ${now}; expected ${expected.join(" or ")}`);
    if (said.includes(DELETED_ALL_THE_SAME)) {
      // So it was read already. Whoever opens the store next brings it into the records, and leaves nothing.
      await (await openContainerStore({ dir: this.#dir })).close();
      const then = await this.state();
      if (then !== after) problems.push(`the store became ${then}; expected ${after}`);
    }
    if (code === null) problems.push("a signal has ended it");
    if (code !== 0 && !said.includes(this.#dir)) problems.push("the message names no file");
    if (code !== 0 && !said.includes(error)) problems.push("the message gives another reason");
    const names = await readdir(this.#dir, { recursive: true });
    const left = names.filter((name) => /(^|\/)\.(tmp|stowage)-/.test(name));
    // What the system refuses to remove stays.
    if (left.length > 0 && !["unlink", "rmdir"].includes(call))
      problems.push(`left behind: ${left.join(", ")}`);
    return problems;
  }

  async state(): Promise<string> {
    const hasOrphan = (await readdir(this.#dir)).includes(ORPHAN);
    return `${await stateOf({ dir: this.#dir })}${hasOrphan ? ", an orphan" : ""}`;
  }

  #named(argument: string): string {
    return argument === ARCHIVE ? path.join(this.#scratch, ARCHIVE) : argument;
  }

  #start(program: string, args: readonly string[]): ReturnType<typeof runProcess> {
    return runProcess(program, args, { input: "content", env: this.#program.env });
  }
}
