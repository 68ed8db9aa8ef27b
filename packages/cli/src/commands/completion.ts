import { Argument } from "commander";
import type { Command } from "commander";

import { answersOf } from "../completion/answers.ts";
import { offerFor } from "../completion/candidates.ts";
import type { Candidate } from "../completion/candidates.ts";
import { completionScripts, shells } from "../completion/scripts.ts";
import type { Shell } from "../completion/scripts.ts";
import { readTyped } from "../completion/typed.ts";
import type { CommandContext } from "../context.ts";
import { examples, oneOf } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { lines } from "../render/text.ts";

/**
 * `stowage completion SHELL`, and the hidden `stowage __complete -- WORD…`, which the
 * scripts call. To be declared on the program with all its commands.
 */
export const declareCompletion: DeclareCommand = (program, run) => {
  program
    .command("completion")
    .description("Print a script that completes commands, options, and names of containers in your shell.")
    .addArgument(oneOf(new Argument("<shell>", "which shell"), shells))
    .addHelpText(
      "after",
      examples(
        ["source <(stowage completion bash)", "also as a line of ~/.bashrc"],
        ["source <(stowage completion zsh)", "also as a line of ~/.zshrc, behind compinit"],
        ["stowage completion fish | source", "also as a line of config.fish"],
      ),
    )
    .action(
      run<[Shell]>(async (context, [shell]) => {
        await context.stdout.write(completionScripts[shell]);
      }),
    );

  program
    .command("__complete", { hidden: true })
    .argument("[word...]")
    .action(
      run<[string[]]>(async (context, [words]) => {
        await context.stdout.write(lines(await complete(context, program, words)));
      }),
    );
};

async function complete(
  context: CommandContext,
  program: Command,
  words: readonly string[],
): Promise<readonly string[]> {
  const typed = readTyped(program, words);
  const { before, text, candidates, files, question } = offerFor(typed);
  if (files) return [":files"];
  // Where the store cannot be read there is nothing to offer, and no place to say why.
  const answers = question === undefined ? [] : await answersOf(context, typed, question).catch(() => []);
  return [...candidates, ...answers]
    .filter(({ value }) => value.startsWith(text))
    .map(({ value, description }: Candidate) => `${before}${value}\t${description}`);
}
