import { Command } from "commander";
import { describe, expect, it } from "vitest";

import { commandTable, declarersFor } from "../../src/command-table.ts";
import type { RunCommand } from "../../src/declare.ts";
import { firstOperand } from "../../src/global-options.ts";

const run: RunCommand = () => () => Promise.resolve();

/** The words of each command that these declare. */
function declared(declarers: readonly ((program: Command, run: RunCommand) => void)[]): string[][] {
  const program = new Command();
  for (const declare of declarers) declare(program, run);
  return program.commands.map((command) => [command.name(), ...command.aliases()]);
}

describe("the table of commands", () => {
  it.each(commandTable)("has just the words that %j declares", (words, declare) => {
    expect(declared([declare])).toEqual([words]);
  });

  it("gives the one that is called, by any of its words, and all when none is", () => {
    expect(declared(declarersFor("ps"))).toEqual([["ls", "list", "ps"]]);
    for (const word of [undefined, "help", "lss"]) {
      const all = declared(declarersFor(word));
      expect(all.slice(0, commandTable.length)).toEqual(commandTable.map(([words]) => words));
      expect(all.slice(commandTable.length)).toEqual([["completion"], ["__complete"], ["help"]]);
    }
  });
});

describe("the word that is a command", () => {
  it.each([
    ["ls", "ls"],
    ["-q ls create", "ls"],
    ["--dir create ls", "ls"],
    ["--dir=create ls", "ls"],
    ["--lock-timeout 5 --json rm web", "rm"],
  ])("in `%s` is %s", (line, word) => {
    expect(firstOperand(line.split(" "))).toBe(word);
  });

  it.each(["", "--dir", "--version ls", "-h ls", "-qh ls", "--unknown ls", "-- ls"])(
    "is left to the whole program in `%s`",
    (line) => {
      expect(firstOperand(line.split(" ").filter((word) => word !== ""))).toBeUndefined();
    },
  );
});
