import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { commandTree, everyCommand } from "./command-tree.mjs";
import { bold, flags, items, prose, roff, section, verbatim } from "./roff.mjs";

/** A plugin for esbuild: each build writes the program's manual pages into the folder `man` of its package. */
export function manPages(packageFolder) {
  return {
    name: "man-pages",
    setup(build) {
      build.onEnd(() => writeManPages(packageFolder));
    },
  };
}

export function writeManPages(packageFolder) {
  const { version } = JSON.parse(readFileSync(path.join(packageFolder, "package.json"), "utf8"));
  const readme = readFileSync(path.join(packageFolder, "README.md"), "utf8");
  const pages = pagesOf(commandTree(packageFolder), { version, readme });
  const folder = path.join(packageFolder, "man");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of pages) writeFileSync(path.join(folder, name), text);
}

/**
 * One page for the program and one for each command, by their file names.
 * @param program what `commandTree` tells
 * @returns {Map<string, string>}
 */
export function pagesOf(program, { version, readme }) {
  const shared = { version, exitCodes: tableBelow(readme, "Errors and exit codes"), program };
  const pages = everyCommand(program).map((command) => [
    `${titleOf(command)}.1`,
    pageOf(command, { ...shared, environment: tableBelow(readme, "Environment") }),
  ]);
  return new Map(pages);
}

const titleOf = ({ path }) => path.join("-");

function pageOf(command, { version, exitCodes, environment, program }) {
  const isProgram = command === program;
  const summary = command.description.replace(/\.$/, "").split(/[:;]/)[0];
  return [
    '.\\" Made by the build from the declarations of the commands.',
    `.TH "${roff(titleOf(command).toUpperCase())}" "1" "" "stowage ${version}" "Stowage"`,
    ".nh\n.ad l",
    section("NAME", `${roff(titleOf(command))} \\- ${prose(summary)}`),
    section("SYNOPSIS", synopsis(command)),
    section("DESCRIPTION", prose(described(command))),
    section(
      "ARGUMENTS",
      items(
        command.arguments
          .filter(({ description }) => description !== "")
          .map(({ name, description }) => [bold(name), prose(description)]),
      ),
    ),
    section("OPTIONS", optionsOf(command, isProgram)),
    section(
      "COMMANDS",
      items(command.children.map((child) => [commandTerm(child), prose(child.description)])),
    ),
    ...command.texts.map((text) => section("NOTES", verbatim(text))),
    section("EXAMPLES", command.examples.map(exampleOf).join("\n")),
    section("EXIT STATUS", items(exitCodes.map(([code, means]) => [bold(code), prose(means)]))),
    isProgram
      ? section("ENVIRONMENT", items(environment.map(([name, means]) => [prose(name), prose(means)])))
      : "",
    section("SEE ALSO", seeAlso(command, program)),
  ]
    .filter((text) => text !== "")
    .join("\n")
    .replace(/\n{2,}/g, "\n")
    .replace(/^(\.SH .*\n)\.PP\n/gm, "$1")
    .concat("\n");
}

function synopsis({ path, usage, aliases }) {
  const called = [path.join(" "), ...aliases.map((alias) => [...path.slice(0, -1), alias].join(" "))];
  return called.map((words) => `${bold(words)} ${flags(usage)}`).join("\n.br\n");
}

function described({ description, aliases, path }) {
  if (aliases.length === 0) return description;
  return `${description} Also called \`${aliases.join("`, `")}\` for \`${path.at(-1)}\`.`;
}

function optionsOf(command, isProgram) {
  const own = items(command.options.map((option) => [flags(option.flags), prose(option.description)]));
  return isProgram ? own : `${own}\n.PP\nOptions for every command are in \\fBstowage\\fR(1).`;
}

function commandTerm({ path, aliases, usage }) {
  return `${bold([path.at(-1), ...aliases].join(", "))} ${flags(usage)}`;
}

function exampleOf({ typed, does }) {
  return `${does === "" ? "" : `.PP\n${prose(does)}\n`}.RS 4\n${verbatim(`$ ${typed}`)}\n.RE`;
}

function seeAlso(command, program) {
  const parent = everyCommand(program).find(({ children }) => children.includes(command));
  const pages = [...(parent === undefined ? [] : [parent]), ...command.children];
  return pages.map((page) => `${bold(titleOf(page))}(1)`).join(",\n");
}

/** The rows of the first table of two columns under a heading, without its head. */
export function tableBelow(markdown, heading) {
  const [, after] = markdown.split(new RegExp(`^#+ ${heading}$`, "m"));
  const table = /(?:^\|.*\|$\n?)+/m.exec(after ?? "")?.[0];
  if (table === undefined) throw new Error(`the README has no table under "${heading}"`);
  return table
    .trim()
    .split("\n")
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll("\\|", "|")),
    );
}
