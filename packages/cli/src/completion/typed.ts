import type { Argument, Command, Option } from "commander";

/** A command line as far as it was typed, and what is asked of its last word. */
export interface Typed {
  readonly command: Command;
  /** Values of the options before the last word, by the names of commander; `true` for those without one. */
  readonly options: ReadonlyMap<string, string | true>;
  /** What stands before the last word and is neither a command nor an option. */
  readonly operands: readonly string[];
  readonly asked: Asked;
}

export type Asked =
  /** The rest of an option's value; `before` is what of the word comes ahead of the value. */
  | { readonly kind: "value"; readonly option: Option; readonly before: string; readonly text: string }
  | { readonly kind: "option"; readonly text: string }
  | { readonly kind: "command"; readonly text: string }
  /** An operand; undefined where the command takes no more. */
  | { readonly kind: "operand"; readonly argument: Argument | undefined; readonly text: string };

/** Reads words as the program would; the last one is still being typed. */
export function readTyped(program: Command, words: readonly string[]): Typed {
  const text = words.at(-1) ?? "";
  const options = new Map<string, string | true>();
  const operands: string[] = [];
  let command = program;
  let waiting: Option | undefined;
  let isOver = false;
  for (const word of words.slice(0, -1)) {
    if (waiting !== undefined) {
      options.set(waiting.attributeName(), word);
      waiting = undefined;
    } else if (!isOver && word === "--") isOver = true;
    else if (!isOver && word.startsWith("-") && word !== "-") {
      const { option, value } = readOption(command, word);
      if (option === undefined) continue;
      if (value === undefined && takesValue(option)) waiting = option;
      else options.set(option.attributeName(), value ?? true);
    } else {
      const next = operands.length > 0 || isOver ? undefined : childOf(command, word);
      if (next === undefined) operands.push(word);
      else command = next;
    }
  }
  const asked = askedBy(command, operands, { text, waiting, isOver });
  return { command, options, operands, asked };
}

function askedBy(
  command: Command,
  operands: readonly string[],
  {
    text,
    waiting,
    isOver,
  }: { readonly text: string; readonly waiting: Option | undefined; readonly isOver: boolean },
): Asked {
  if (waiting !== undefined) return { kind: "value", option: waiting, before: "", text };
  if (!isOver && text.startsWith("-") && text !== "-") {
    const { option, value } = readOption(command, text);
    if (option !== undefined && value !== undefined) {
      return { kind: "value", option, before: text.slice(0, text.length - value.length), text: value };
    }
    return { kind: "option", text };
  }
  if (command.commands.length > 0 && operands.length === 0) return { kind: "command", text };
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  const argument = registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
  return { kind: "operand", argument, text };
}

/** `--option`, `--option=value`, `-o`; the value as far as it stands in the word. */
function readOption(
  command: Command,
  word: string,
): { readonly option: Option | undefined; readonly value: string | undefined } {
  const split = word.indexOf("=");
  const flag = split === -1 ? word : word.slice(0, split);
  return {
    option: optionsOf(command).find(({ long, short }) => flag === long || flag === short),
    value: split === -1 ? undefined : word.slice(split + 1),
  };
}

/** The options that may stand there: the command's own, then those of every command, which are declared at the top. */
export function optionsOf(command: Command): readonly Option[] {
  const own = command.options.filter(({ hidden }) => !hidden);
  const top = rootOf(command);
  return top === command ? own : [...own, ...top.options];
}

export function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}

function childOf(command: Command, word: string): Command | undefined {
  return command.commands.find((child) => child.name() === word || child.aliases().includes(word));
}
