import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";

import { oneOf } from "./declare.ts";
import { parseSize } from "./input/size.ts";
import type { LocationOptions } from "./store-location.ts";

/** What every command understands. */
export interface GlobalOptions extends LocationOptions {
  readonly lock?: "auto" | "kernel" | "portable";
  /** Milliseconds. */
  readonly lockTimeout?: number;
  /** Bytes of big data that one container may keep. */
  readonly quota?: number;
  readonly json?: true;
  readonly quiet?: true;
  readonly readOnly?: true;
  /** The store that podman has for this user. */
  readonly podman?: true;
  readonly write?: true;
}

function makeOptions(): readonly Option[] {
  return [
    new Option(
      "--dir <dir>",
      "folder of the store (default: $STOWAGE_DIR, else stowage/containers in the user's data folder)",
    ),
    new Option("--run-dir <dir>", "run folder of the store, needed with --transient"),
    new Option(
      "--transient",
      "lock and volatile records live in the run folder, as podman's transient_store",
    ),
    new Option("--graph-root <root>", "the store of a containers/storage tree, such as podman's"),
    new Option("--driver <name>", "storage driver in that tree (default: the only one that is there)"),
    new Option("--run-root <dir>", "run root of that tree"),
    new Option("--podman", "the store that podman keeps for this user, found as podman finds it; read-only"),
    new Option("--write", "with --podman: change its store all the same"),
    oneOf(new Option("--lock <protocol>", "how to lock (default: as the store is locked)"), [
      "auto",
      "kernel",
      "portable",
    ]),
    new Option("--lock-timeout <ms>", "give up when others keep the lock for longer").argParser(milliseconds),
    new Option(
      "--quota <size>",
      "refuse to keep more big data than that, such as 1GB, for one container",
    ).argParser(parseSize),
    new Option("--json", "print JSON, errors too"),
    new Option("-q, --quiet", "print ids only, and no remarks"),
    new Option("--read-only", "change nothing, not even to mend what is inconsistent"),
  ];
}

/** For looking at only: a command that is given options changes them. */
const known: readonly Option[] = makeOptions();

/**
 * They are understood before and after the command; `--help` shows them once, at the top. A command that has one of its
 * own by that name keeps it.
 */
export function addGlobalOptions(command: Command, show: "shown" | "hidden"): void {
  const own = new Set(command.options.map(({ long }) => long));
  for (const option of makeOptions()) {
    if (!own.has(option.long)) command.addOption(show === "shown" ? option : option.hideHelp());
  }
}

/** The options of a command and of those above it; what stands nearest to the command's arguments wins. */
export function globalOptionsOf(command: Command): GlobalOptions {
  const found: Record<string, unknown> = {};
  for (let level: Command | null = command; level !== null; level = level.parent) {
    for (const option of known) {
      const key = option.attributeName();
      if (!(key in found) && level.getOptionValueSource(key) === "cli")
        found[key] = level.getOptionValue(key);
    }
  }
  return found;
}

/**
 * The first word that is no global option and no value of one: the command that is
 * called. Undefined where there is none, or where an option before it is not a
 * global one: then the whole program is needed to say what is meant.
 */
export function firstOperand(argv: readonly string[]): string | undefined {
  for (let index = 0; index < argv.length; index += 1) {
    const word = argv[index]!;
    if (!word.startsWith("-") || word === "-") return word;
    const [flag] = word.split("=", 1);
    const option = known.find(({ long, short }) => flag === long || flag === short);
    if (option === undefined) return undefined;
    if (option.required && flag === word) index += 1;
  }
  return undefined;
}

function milliseconds(text: string): number {
  const value = Number(text);
  // Beyond this Node's timers turn over.
  if (!/^\d+$/.test(text) || value > 2 ** 31 - 1) {
    throw new InvalidArgumentError("it takes whole milliseconds, for example 5000.");
  }
  return value;
}
