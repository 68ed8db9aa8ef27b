import { Command } from "commander";

import { declarersFor } from "./command-table.ts";
import type { RunCommand } from "./declare.ts";
import { addGlobalOptions, firstOperand } from "./global-options.ts";
import { version } from "./version.ts";

/** The program with the command that `argv` calls, or with all commands where it calls none. */
export function makeProgram(argv: readonly string[], run: RunCommand): Command {
  const program = new Command("stowage")
    .description("Container records in the format of containers/storage: make, find, change and check them.")
    .version(version, "-v, --version", "print the version")
    .helpOption("-h, --help", "explain the program or a command")
    .usage("[options] <command> [arguments]")
    .showSuggestionAfterError(true)
    .configureHelp({
      subcommandTerm: termInList,
      subcommandDescription: descriptionInList,
      // At 60 columns, too.
      minWidthToWrap: 24,
    })
    // Each level reads its own options, so that a value such as `--metadata --json` is never taken apart above it.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  $ stowage create --name web nginx                  make a container
  $ stowage ls                                       list what there is
  $ stowage inspect web                              show the whole record
  $ stowage data set web config.json ./config.json   keep a file with it
  $ stowage rm web                                   remove it
  $ stowage --podman ls                              look into podman's store

Exit codes: 0 done, 1 not found or refused, 2 wrong usage, 3 damaged store,
4 lock timeout. Options may stand before or after the command; "stowage help
<command>" has more examples.`,
    );
  addGlobalOptions(program, "shown");

  for (const declare of declarersFor(firstOperand(argv))) declare(program, run);

  forEachCommand(program, (command) => {
    // `help` is a command of ours, as the parser's own knows only one level.
    command.helpCommand(false);
    if (command !== program) {
      addGlobalOptions(command, "hidden");
      command.helpOption("-h, --help", "explain this command");
    }
  });
  return program;
}

/** A command in the list of commands, with what it takes. */
function termInList(command: Command): string {
  if (command.commands.length > 0) return `${command.name()} <command>`;
  const names = [command.name(), ...command.aliases()].join("|");
  const takes = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? "..." : "");
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [names, ...takes].join(" ");
}

/** For a group, with what is in it. */
function descriptionInList(command: Command): string {
  const group = command.commands.map((child) => child.name()).join(", ");
  return group === "" ? command.description() : `${group}: ${command.description()}`;
}

/** The command, and all those in it. */
export function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}
