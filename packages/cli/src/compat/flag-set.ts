import { parseBool, quoted } from "./go-text.ts";
import type { Printer } from "./printer.ts";

/**
 * The flags of containers/storage's program are not what commander parses: one dash
 * or two by name, values in quotes, letters taken for a word first, an end at the
 * first argument, and errors on other streams with other exit codes.
 */

export type FlagValue = string | boolean | string[];

/** What the flags set; the flags before a command and those after it share one. */
export type FlagValues = Record<string, FlagValue>;

export interface Flag {
  /** As the Go program has them: the first dash is not written. A leading `#` marks one that is out of date. */
  readonly names: readonly [string, ...string[]];
  readonly usage: string;
  /** Its member of the values; the type of what is there says what it takes. */
  readonly key: string;
}

/** How the reading of flags ended: with the arguments behind them, or with an error that was printed. */
export type Parsed = { readonly args: readonly string[] } | { readonly error: string };

/** What one flag was found to be: `retry` is a word of one dash that may be several letters. */
type Step = "flag" | "end" | { readonly error: string } | { readonly retry: string };

export const HELP_REQUESTED = "flag: help requested";

export class FlagSet {
  readonly #name: string;
  readonly #program: string;
  readonly #flags: readonly Flag[];
  readonly #values: FlagValues;
  readonly #printer: Printer;
  /** Each flag's value before the command line said anything. */
  readonly #defaults: ReadonlyMap<string, FlagValue>;
  readonly #usage: (set: FlagSet) => void;
  #args: string[] = [];

  /** `program` is what the program was called as; `usage` prints it when it is asked for in the Go library's way. */
  constructor(
    name: string,
    program: string,
    flags: readonly Flag[],
    values: FlagValues,
    printer: Printer,
    usage: (set: FlagSet) => void,
  ) {
    this.#name = name;
    this.#program = program;
    this.#flags = flags;
    this.#values = values;
    this.#printer = printer;
    this.#usage = usage;
    this.#defaults = new Map(flags.map(({ key }) => [key, copyOf(values[key]!)]));
  }

  parse(args: readonly string[]): Parsed {
    this.#args = [...args];
    for (;;) {
      const step = this.#parseOne();
      if (step === "flag") continue;
      if (step === "end") return { args: this.#args };
      if ("error" in step) return step;
      if (!this.#parseLetters(step.retry)) {
        return this.#fail(`flag provided but not defined: -${step.retry}`);
      }
    }
  }

  /** A table of the flags, as the Go library's `PrintDefaults` aligns it. */
  table(): string {
    const rows = this.#flags
      .map((flag) => ({ flag, sortedBy: withoutDash(flag.names[0].replace(/^#/, "")) }))
      .sort((a, b) => compare(a.sortedBy, b.sortedBy))
      .map(({ flag }) => {
        const shown = flag.names.filter((name) => !name.startsWith("#")).map((name) => `-${name}`);
        const value = this.#shownDefault(flag);
        return { left: `  ${shown.join(", ")}${value === "" ? "" : `=${value}`}`, usage: flag.usage };
      });
    const width = Math.max(20, ...rows.map(({ left }) => [...left].length + 3));
    const lines = rows.map(({ left, usage }) => `${left}${" ".repeat(width - [...left].length)} ${usage}\n`);
    return `\n${lines.join("")}`;
  }

  #shownDefault({ key }: Flag): string {
    const value = this.#defaults.get(key)!;
    if (typeof value === "boolean") return value ? "true" : "";
    if (typeof value !== "string") return `[${value.join(" ")}]`;
    if (value === "0" || value === "false") return "";
    const home = this.#printer.home;
    return home !== "" && home !== "/" && value.startsWith(home) ? `~${value.slice(home.length)}` : value;
  }

  #parseOne(): Step {
    const [word] = this.#args;
    if (word === undefined || !word.startsWith("-") || word === "-") return "end";
    if (word === "--") {
      this.#args.shift();
      return "end";
    }
    if (word.startsWith("-=")) return this.#fail(`bad flag syntax: ${word}`);
    this.#args.shift();
    const equals = word.indexOf("=");
    const name = equals === -1 ? word.slice(1) : word.slice(1, equals);
    const value = equals === -1 ? undefined : withoutQuotes(word.slice(equals + 1));
    const flag = this.#flags.find(({ names }) => names.some((one) => one.replace(/^#/, "") === name));
    if (flag === undefined) {
      if (name === "-help" || name === "help" || name === "h") {
        this.#usage(this);
        return { error: HELP_REQUESTED };
      }
      if (name.startsWith("-")) return this.#fail(`flag provided but not defined: -${name}`);
      return { retry: name };
    }
    return this.#set(flag, name, value) ?? "flag";
  }

  /** Puts down what a flag says; a step when it cannot. */
  #set(flag: Flag, name: string, given: string | undefined): Step | undefined {
    const before = this.#values[flag.key]!;
    if (typeof before === "boolean") {
      const value = given === undefined ? true : parseBool(given);
      if (value === undefined) {
        const why = `strconv.ParseBool: parsing ${quoted(given ?? "")}: invalid syntax`;
        return this.#fail(`invalid boolean value ${quoted(given ?? "")} for  -${name}: ${why}`);
      }
      this.#values[flag.key] = value;
    } else {
      const value = given ?? this.#args.shift();
      if (value === undefined) return this.#fail(`flag needs an argument: -${name}`);
      if (typeof before === "string") this.#values[flag.key] = value;
      else before.push(value);
    }
    if (flag.names.includes(`#${name}`)) {
      const better = flag.names.slice(flag.names.indexOf(`#${name}`)).find((one) => !one.startsWith("#"));
      const then =
        better === undefined ? "it will be removed soon" : `it will be replaced by '-${better}' soon`;
      this.#printer.err(`Warning: '-${name}' is deprecated, ${then}. See usage.\n`);
    }
    return undefined;
  }

  /** Takes a word of one dash apart: each letter goes before what is left, so that the next word can be its value. */
  #parseLetters(word: string): boolean {
    const letters = [...word];
    if (Buffer.byteLength(word) < 2) return false;
    for (const letter of letters) {
      this.#args.unshift(`-${letter}`);
      const step = this.#parseOne();
      if (step !== "flag" && step !== "end") return false;
    }
    return true;
  }

  #fail(error: string): { readonly error: string } {
    const command = this.#program === this.#name ? this.#program : `${this.#program} ${this.#name}`;
    this.#printer.err(`${error}\nSee '${command} --help'.\n`);
    return { error };
  }
}

function copyOf(value: FlagValue): FlagValue {
  return typeof value === "object" ? [...value] : value;
}

function withoutDash(name: string): string {
  return name.replace(/^-/, "");
}

function compare(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left === right) return a < b ? -1 : 1;
  return left < right ? -1 : 1;
}

/** Quotes around the whole value are not part of it. */
function withoutQuotes(text: string): string {
  const [first] = text;
  if ((first !== '"' && first !== "'") || !text.endsWith(first)) return text;
  return text.slice(1, Math.max(1, text.length - 1));
}
