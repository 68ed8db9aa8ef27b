import { Command, CommanderError } from "commander";

import { declarersFor } from "./command-table.ts";
import { CommandContext } from "./context.ts";
import type { Surroundings } from "./context.ts";
import type { RunCommand } from "./declare.ts";
import { UsageError } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { foldersIn } from "./folders-in.ts";
import { addGlobalOptions, firstOperand, globalOptionsOf } from "./global-options.ts";
import { withPodmanStore } from "./podman/location.ts";
import { locateStore } from "./store-location.ts";
import { version } from "./version.ts";

/**
 * Runs the command line. Resolves to the exit code; rejects with whatever ended
 * the command, for the caller to report.
 */
export async function runProgram(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  let printed = "";

  const run: RunCommand = (body) => {
    return async (...received: unknown[]) => {
      const command = received.pop() as Command;
      const options = received.pop();
      const given = globalOptionsOf(command);
      const globals =
        given.podman === undefined && given.write === undefined
          ? given
          : await withPodmanStore(given, surroundings);
      const location = locateStore(globals, { ...surroundings, foldersIn });
      const context = new CommandContext(surroundings, globals, location);
      exitCode = (await body(context, received as never, options as never)) ?? ExitCode.done;
    };
  };

  const program = makeProgram(argv, run);
  let failing = program;
  forEachCommand(program, (command) => {
    command.exitOverride((error) => {
      failing = command;
      throw error;
    });
    command.configureOutput({
      writeOut: (text) => (printed += text),
      writeErr: (text) => (printed += text),
      // The message comes back in the error, and is reported there as every other.
      outputError: () => undefined,
    });
  });

  try {
    await program.parseAsync([...argv], { from: "user" });
    await surroundings.stdout.write(printed);
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.help") {
      // Help nobody asked for: a group without its command.
      await surroundings.stderr.write(printed);
      return ExitCode.usage;
    }
    if (error.exitCode === 0) {
      await surroundings.stdout.write(printed);
      return ExitCode.done;
    }
    throw usageError(error, failing);
  }
}

/** True when the command line asks for JSON, as far as that can be told before it is understood. */
export function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end === -1 ? argv.length : end).includes("--json");
}

/** The program with the command that `argv` calls, or with all commands where it calls none. */
function makeProgram(argv: readonly string[], run: RunCommand): Command {
  const program = new Command("stowage")
    .description("Container records in the format of containers/storage: make, find, change and check them.")
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "explain the program or a command")
    .usage("[options] <command> [arguments]")
    .showSuggestionAfterError(true)
    .configureHelp({ subcommandTerm: termInList })
    // Each level reads its own options, so that a value such as `--metadata --json` is never taken apart above it.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  $ stowage create --name web docker.io/library/nginx    make a container, print its id
  $ stowage ls                                           list what there is
  $ stowage inspect web                                  show the whole record
  $ stowage data set web config.json ./config.json       keep a file with it
  $ stowage rm web                                       remove it
  $ stowage --graph-root ~/.local/share/containers/storage ls --read-only
                                                         look into podman's store

Exit codes: 0 done, 1 not found or refused, 2 wrong usage, 3 damaged store, 4 lock timeout.
Options may stand before or after the command. "stowage help <command>" has more examples.`,
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

/** A command in the list of commands: what it takes, or for a group what is in it. */
function termInList(command: Command): string {
  if (command.commands.length > 0) {
    return `${command.name()} ${command.commands.map((child) => child.name()).join("|")}`;
  }
  const names = [command.name(), ...command.aliases()].join("|");
  const takes = command.registeredArguments.map((argument) => {
    const name = argument.name() + (argument.variadic ? "..." : "");
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [names, ...takes].join(" ");
}

function forEachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
}

/** Turns the parser's message into one line of ours. */
function usageError(error: CommanderError, command: Command): UsageError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const suggestion = rest
    .join(" ")
    .replace(/^\(Did/, "did")
    .replace(/\)$/, "");
  return new UsageError(first, suggestion === "" ? `\`${pathOf(command)} --help\` shows how` : suggestion);
}

/** The command as it is typed: `stowage data get`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
