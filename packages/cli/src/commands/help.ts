import type { Command } from "commander";

import { UsageError } from "../errors.ts";
import { nearest } from "../near-words.ts";

/** `stowage help [COMMAND…]`: the help of a command, of any depth, as `stowage help data get`. */
export function declareHelp(program: Command): void {
  program
    .command("help")
    .description("Explain a command.")
    .argument("[command...]")
    .action((words: readonly string[]) => {
      let command = program;
      for (const word of words) {
        const children = command.commands;
        const next = children.find((child) => child.name() === word || child.aliases().includes(word));
        if (next === undefined) {
          const [near] = nearest(
            word,
            children.map((child) => child.name()),
          );
          throw new UsageError(
            `there is no command ${JSON.stringify(words.join(" "))}`,
            near === undefined ? "`stowage help` lists them" : `did you mean ${near}?`,
          );
        }
        command = next;
      }
      command.outputHelp();
    });
}
