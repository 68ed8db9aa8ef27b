import { InvalidArgumentError } from "commander";
import type { Argument, Command, Option } from "commander";

import type { CommandContext } from "./context.ts";
import type { ExitCode } from "./exit-codes.ts";
import { nearest } from "./near-words.ts";

/**
 * Turns a command's body into what the argument parser calls: opens a context from
 * the global options around it. `A` are the arguments in the order in which they
 * were declared, `O` the command's own options. The body resolves to the exit
 * code; nothing means done.
 */
export type RunCommand = <A extends readonly unknown[] = [], O = Record<never, never>>(
  body: (context: CommandContext, args: A, options: O) => Promise<ExitCode | void>,
  /** `ownWrite`: the command has a meaning of its own for `--write`, for every store. */
  how?: { readonly ownWrite?: true },
) => (...received: unknown[]) => Promise<void>;

/** Every command file exports one: it declares arguments, options and examples, and runs the body. */
export type DeclareCommand = (program: Command, run: RunCommand) => void;

/** Cells of a line of help that has none of its own to fit. */
const LINE = 80;

/** The examples under a command's help: what to type, and what it does; below it where both do not fit a line. */
export function examples(...pairs: readonly (readonly [typed: string, does: string])[]): string {
  const told = pairs.filter(([, does]) => does !== "");
  const beside = LINE - "  $ ".length - "   ".length - Math.max(0, ...told.map(([, does]) => does.length));
  const width = Math.max(0, ...told.map(([typed]) => typed.length).filter((length) => length <= beside));
  const text = pairs.map(([typed, does]) => {
    const gap = typed.length <= width ? " ".repeat(width - typed.length) : `\n    ${" ".repeat(width)}`;
    return does === "" ? `  $ ${typed}` : `  $ ${typed}${gap}   ${does}`;
  });
  return `\nExamples:\n${text.join("\n")}\n\nOptions for every command: stowage --help`;
}

/** How a container is named on the command line, wherever one is. */
export const containerArgument = "its id, a name, its layer, or the beginning of its id";

/** For options that may be given several times. */
export function collect<T>(
  parse: (text: string) => T,
): (text: string, before: readonly T[] | undefined) => readonly T[] {
  return (text, before) => [...(before ?? []), parse(text)];
}

/** An option or argument that takes one of these words, which help and completion offer; a word nearly right is answered with the right one. */
export function oneOf<Taker extends Option | Argument>(taker: Taker, choices: readonly string[]): Taker {
  taker.choices(choices);
  taker.argParser((given: string) => {
    if (choices.includes(given)) return given;
    const near = nearest(given, choices);
    const advice = near.length === 0 ? "" : `\n(Did you mean ${near.join(" or ")}?)`;
    throw new InvalidArgumentError(`Allowed choices are ${choices.join(", ")}.${advice}`);
  });
  return taker;
}
