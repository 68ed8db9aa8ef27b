import stringWidth from "string-width";
import { expect, it } from "vitest";

import { forEachCommand, makeProgram } from "../../src/declare-program.ts";

/** What `--help` prints of each command, on a terminal of that many columns. */
function helpOfAll(columns: number): Map<string, string> {
  const all = new Map<string, string>();
  const program = makeProgram([], () => () => Promise.resolve());
  forEachCommand(program, (command) => {
    let text = "";
    command.configureOutput({ writeOut: (more) => (text += more), getOutHelpWidth: () => columns });
    command.outputHelp();
    all.set(`${command.parent?.name() ?? ""} ${command.name()}`.trim(), text);
  });
  return all;
}

it("the help of each command fits 80 columns", () => {
  const long: string[] = [];
  for (const [command, text] of helpOfAll(80)) {
    // Which commands it has, and how they are told, is the other program's.
    if (command === "stowage compat") continue;
    for (const line of text.split("\n")) if (stringWidth(line) > 80) long.push(`${command}: ${line}`);
  }
  expect(long).toEqual([]);
});

it("lists of commands and options fit 60 columns", () => {
  const lists = helpOfAll(60).get("stowage")?.split("\nExamples:")[0] ?? "";
  expect(lists).toContain("\nCommands:\n");
  expect(lists.split("\n").filter((line) => stringWidth(line) > 60)).toEqual([]);
});
