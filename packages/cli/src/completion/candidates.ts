import type { Command } from "commander";

import { optionsOf, takesValue } from "./typed.ts";
import type { Typed } from "./typed.ts";

/** What a word may become. */
export interface Candidate {
  readonly value: string;
  /** For shells that show one; "" where there is none. */
  readonly description: string;
}

/** A question about the store; the answers are offered as they are. */
export interface StoreQuestion {
  readonly about: "containers" | "keys" | "names" | "flags" | "images";
  /** Of which container. */
  readonly ref: string | undefined;
}

/** What can stand in the place of the last word, before the store is asked. */
export interface Offer {
  /** What of the word stays, ahead of each candidate. */
  readonly before: string;
  readonly text: string;
  readonly candidates: readonly Candidate[];
  /** Files, which the shell knows better. */
  readonly files: boolean;
  readonly question: StoreQuestion | undefined;
}

const NOTHING: Offer = { before: "", text: "", candidates: [], files: false, question: undefined };

export function offerFor(typed: Typed): Offer {
  const { command, asked } = typed;
  const { text } = asked;
  switch (asked.kind) {
    case "option":
      return { ...NOTHING, text, candidates: optionCandidates(command) };
    case "command":
      return { ...NOTHING, text, candidates: commandCandidates(command) };
    case "value":
      return behind(asked.before, offerForValue(asked.option.flags, asked.option.argChoices, asked.text));
    case "operand":
      return offerForOperand(typed, text);
  }
}

function behind(before: string, offer: Offer): Offer {
  return { ...offer, before: before + offer.before };
}

function optionCandidates(command: Command): readonly Candidate[] {
  return optionsOf(command).flatMap((option) => {
    const { long, description } = option;
    return long === undefined || long === null
      ? []
      : [{ value: takesValue(option) ? `${long}=` : long, description }];
  });
}

function commandCandidates(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({
      value: child.name(),
      description: child.description(),
    }));
}

const filterKeys = [
  "id",
  "name",
  "image",
  "layer",
  "flag",
  "metadata",
  "before",
  "since",
  "volatile",
  "has-data",
];

/** By the placeholder of the option, such as `<file>`. */
function offerForValue(flags: string, choices: readonly string[] | undefined, text: string): Offer {
  if (choices !== undefined) return { ...NOTHING, text, candidates: plain(choices) };
  const placeholder = /<([^>]*)>/.exec(flags)?.[1] ?? "";
  if (/^(file|dir|root)$/.test(placeholder)) return { ...NOTHING, text, files: true };
  if (placeholder === "key=file" && text.includes("=")) return { ...NOTHING, text, files: true };
  if (placeholder === "key=value" && flags.includes("--filter")) {
    const asksContainer = /^(before|since)!?=/.exec(text)?.[0];
    if (asksContainer !== undefined) {
      return {
        ...NOTHING,
        text: text.slice(asksContainer.length),
        before: asksContainer,
        question: { about: "containers", ref: undefined },
      };
    }
    return { ...NOTHING, text, candidates: plain(filterKeys.map((key) => `${key}=`)) };
  }
  if (placeholder === "format") return { ...NOTHING, text, candidates: plain(["table", "json", "ndjson"]) };
  if (placeholder === "image") return { ...NOTHING, text, question: { about: "images", ref: undefined } };
  return { ...NOTHING, text };
}

/** By the name of the argument. */
function offerForOperand({ command, operands, asked }: Typed, text: string): Offer {
  const argument = asked.kind === "operand" ? asked.argument : undefined;
  if (argument === undefined) return NOTHING;
  if (argument.argChoices !== undefined) return { ...NOTHING, text, candidates: plain(argument.argChoices) };
  const ref = operands[0];
  switch (argument.name()) {
    case "container":
    case "to":
      return { ...NOTHING, text, question: { about: "containers", ref: undefined } };
    case "key":
      return { ...NOTHING, text, question: { about: "keys", ref } };
    // To add a name that it has would be of no use.
    case "name":
      return command.name() === "rm" ? { ...NOTHING, text, question: { about: "names", ref } } : NOTHING;
    case "flag":
      return { ...NOTHING, text, question: { about: "flags", ref } };
    case "image":
      return { ...NOTHING, text, question: { about: "images", ref: undefined } };
    case "file":
      return { ...NOTHING, text, files: true };
    case "command":
      return { ...NOTHING, text, candidates: helpCandidates(command, operands) };
    default:
      return NOTHING;
  }
}

/** `help data get`: the commands of the one that was named so far. */
function helpCandidates(help: Command, operands: readonly string[]): readonly Candidate[] {
  let command = help.parent;
  for (const word of operands) command = command?.commands.find((child) => child.name() === word) ?? null;
  return command === null ? [] : commandCandidates(command);
}

function plain(values: readonly string[]): readonly Candidate[] {
  return values.map((value) => ({ value, description: "" }));
}
