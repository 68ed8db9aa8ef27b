import { commands } from "./commands.ts";
import type { CompatCommand } from "./commands.ts";
import type { DefaultStores } from "./default-stores.ts";
import { FlagSet } from "./flag-set.ts";
import type { Flag } from "./flag-set.ts";
import { commandValues } from "./flags.ts";
import type { CommandValues } from "./flags.ts";
import { listing } from "./listing.ts";
import type { Printer } from "./printer.ts";
import { PROGRAM } from "./real-program.ts";
import { saysNoStore, storeFlags, storeValues } from "./store-flags.ts";
import type { StoreValues } from "./store-flags.ts";

/** What the command line asks for. */
export interface Invocation {
  /** The command by the name that was used. */
  readonly called: string;
  /** Undefined for one that is about layers, images or mounts: its flags and arguments are not read. */
  readonly command: CompatCommand | undefined;
  readonly args: readonly string[];
  readonly values: CommandValues;
  readonly storeValues: StoreValues;
}

export interface CommandLineOptions {
  /** Gets all that is said about the command line. */
  readonly printer: Printer;
  readonly calledAs: string;
  /** Asked for only when the command line names no store. */
  readonly defaults: () => Promise<DefaultStores>;
  readonly rootless: boolean;
}

/** Understands the command line, or ends with an exit code and what the printer got. */
export async function readCommandLine(
  argv: readonly string[],
  options: CommandLineOptions,
): Promise<Invocation | number> {
  const { printer, calledAs, defaults, rootless } = options;
  const store = storeValues(rootless);
  const before = { ...store, help: false };
  const set = new FlagSet(
    PROGRAM,
    calledAs,
    [...storeFlags(rootless), { names: ["#help", "-help"], usage: "Print usage", key: "help" }],
    before,
    printer,
    printUsage,
  );
  function printUsage(flags: FlagSet, table: (text: string) => void = (text) => printer.err(text)): void {
    const lines = listing.map(([[name], usage]) => `  ${name.padEnd(30)}${usage}\n`);
    printer.out(`Usage: ${PROGRAM} command [options [...]]\n\nCommands:\n\n${lines.join("")}\nOptions:\n`);
    table(flags.table());
  }

  if (argv.length === 0) {
    // `--help` is no flag yet, so that it is not listed.
    printUsage(new FlagSet(PROGRAM, calledAs, storeFlags(rootless), before, printer, printUsage));
    return 1;
  }
  const parsed = set.parse(argv);
  if ("error" in parsed) {
    printer.out(`${parsed.error} while parsing arguments (1)\n`);
    printUsage(set);
    return 1;
  }
  if (before.help) {
    printUsage(set, (text) => printer.out(text));
    return 0;
  }
  const { help: _, ...given } = before;
  Object.assign(store, given);
  // All of them, so that a --transient-store before the command counts only together with a store.
  if (saysNoStore(store)) {
    // What is wrong with them is told when the store is begun with, as the real program does.
    const found = await defaults().catch(() => undefined);
    Object.assign(store, storeValues(rootless), found, keptFlags(given));
  }
  const [called, ...rest] = parsed.args;
  if (called === undefined) {
    printUsage(set);
    return 1;
  }
  const listed = listing.find(([names]) => names.includes(called));
  if (listed === undefined) {
    printer.out(`${called}: unrecognized command.\n`);
    return 1;
  }
  const [[name], usage] = listed;
  const command = commands.get(name);
  if (command === undefined) {
    return { called, command, args: rest, values: commandValues(), storeValues: store };
  }
  return readCommand(called, command, usage, rest, store, options);
}

function readCommand(
  called: string,
  command: CompatCommand,
  usage: string,
  argv: readonly string[],
  store: StoreValues,
  { printer, calledAs, rootless }: CommandLineOptions,
): Invocation | number {
  const values: CommandValues & StoreValues = { ...commandValues(), ...store };
  const flags: readonly Flag[] = [...storeFlags(rootless), ...command.flags];
  const set = new FlagSet(called, calledAs, flags, values, printer, printUsage);
  function printUsage(itself: FlagSet): void {
    printer.out(`Usage: ${PROGRAM} ${called} ${command.takes}\n\n${usage}\n\nOptions:\n`);
    printer.err(itself.table());
  }
  const parsed = set.parse(argv);
  if ("error" in parsed) return 125;
  const { args } = parsed;
  if (args.length < command.minArgs) {
    printer.out(`${called}: more arguments required.\n`);
    printUsage(set);
    return 1;
  }
  if (args.length > command.maxArgs) {
    printer.out(`${called}: too many arguments ([${args.join(" ")}]).\n`);
    printUsage(set);
    return 1;
  }
  return { called, command, args, values, storeValues: values };
}

/** What is said of the program and not of the store. */
function keptFlags({ debug, unshare }: StoreValues): Partial<StoreValues> {
  return { debug, unshare };
}
