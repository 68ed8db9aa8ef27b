import { type Command, CommanderError } from "commander";

import { CommandContext } from "./context.ts";
import type { Surroundings } from "./context.ts";
import type { RunCommand } from "./declare.ts";
import { forEachCommand, makeProgram } from "./declare-program.ts";
import { UsageError } from "./errors.ts";
import { ExitCode } from "./exit-codes.ts";
import { foldersIn } from "./folders-in.ts";
import { globalOptionsOf } from "./global-options.ts";
import { refuseEmptyWords } from "./input/empty-words.ts";
import { withPodmanStore } from "./podman/location.ts";
import { locateStore } from "./store-location.ts";

/**
 * Runs the command line. Resolves to the exit code; rejects with whatever ended
 * the command, for the caller to report.
 */
export async function runProgram(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  let exitCode: ExitCode = ExitCode.done;
  let printed = "";

  const run: RunCommand = (body, { ownWrite } = {}) => {
    return async (...received: unknown[]) => {
      const command = received.pop() as Command;
      const options = received.pop();
      const given = globalOptionsOf(command);
      const globals =
        given.podman === undefined && (given.write === undefined || ownWrite === true)
          ? given
          : await withPodmanStore(given, surroundings);
      const location = locateStore(globals, { ...surroundings, foldersIn });
      const context = new CommandContext(surroundings, globals, location);
      exitCode = (await body(context, received as never, options as never)) ?? ExitCode.done;
    };
  };

  const program = makeProgram(argv, run);
  program.hook("preAction", (_program, command) => refuseEmptyWords(command));
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
      if (asksForJson(argv)) {
        throw new UsageError(
          `\`${pathOf(failing)}\` needs a command`,
          `\`${pathOf(failing)} --help\` lists them`,
        );
      }
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

/** Commands of podman, docker and others, by what does the like here. */
const wordsElsewhere: ReadonlyMap<string, string> = new Map([
  ["version", "`stowage --version`"],
  ["info", "`stowage stats`"],
  ["prune", "`stowage gc`"],
  ["rename", "`stowage name set`"],
  ["images", "`stowage tree`"],
  ["remove", "`stowage rm`"],
  ["show", "`stowage inspect`"],
  ["backup", "`stowage export`"],
  ["restore", "`stowage import`"],
]);

/** Turns the parser's message into one line of ours. */
function usageError(error: CommanderError, command: Command): UsageError {
  const [first = "", ...rest] = error.message.replace(/^error: /, "").split("\n");
  const elsewhere = wordsElsewhere.get(/^unknown command '(.*)'$/.exec(first)?.[1] ?? "");
  if (elsewhere !== undefined && command.parent === null) {
    return new UsageError(first, `did you mean ${elsewhere}?`);
  }
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
