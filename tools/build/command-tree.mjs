import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { buildSync } from "esbuild";

/**
 * What the program declares of its commands, as plain data: what manuals and
 * references are made from, so that they know every command that there is.
 * @param {string} folder the program's package
 */
export function commandTree(folder) {
  return describe(declaredProgram(folder));
}

/** The commander program with all its commands, which do nothing when they are called; a new one each time. */
export function declaredProgram(folder) {
  const loaded = declarations.get(folder) ?? loadDeclarations(folder);
  declarations.set(folder, loaded);
  return loaded.makeProgram([], () => () => Promise.resolve());
}

const declarations = new Map();

function loadDeclarations(folder) {
  const temporary = mkdtempSync(path.join(folder, "node_modules/.declared-"));
  try {
    const file = path.join(temporary, "declared.cjs");
    buildSync({
      entryPoints: [path.join(folder, "src/declare-program.ts")],
      outfile: file,
      bundle: true,
      format: "cjs",
      platform: "node",
      target: "node20",
      // Whole views are loaded when they run, and some cannot be CommonJS: no declaration needs them.
      external: ["fs-native-extensions", "*/load.ts"],
      define: { "import.meta.url": "__filename" },
      logLevel: "error",
    });
    return createRequire(file)(file);
  } finally {
    rmSync(temporary, { recursive: true });
  }
}

function describe(command) {
  const help = command.createHelp();
  const children = help.visibleCommands(command).map(describe);
  return {
    path: pathOf(command),
    aliases: command.aliases(),
    description: command.description(),
    usage: command.usage(),
    arguments: command.registeredArguments.map((argument) => ({
      name: argument.name(),
      required: argument.required,
      variadic: argument.variadic,
      description: help.argumentDescription(argument),
    })),
    options: help.visibleOptions(command).map((option) => ({
      flags: option.flags,
      description: help.optionDescription(option),
    })),
    ...textsAfter(command),
    children,
  };
}

function pathOf(command) {
  return command.parent === null ? [command.name()] : [...pathOf(command.parent), command.name()];
}

/** What the help says behind the options: examples, apart, and paragraphs. */
function textsAfter(command) {
  let printed = "";
  command.configureOutput({ writeOut: (text) => (printed += text), getOutHelpWidth: () => 80 });
  command.outputHelp();
  const blocks = printed
    .slice(command.helpInformation().length)
    .split(/\n{2,}/)
    .map((block) => block.replace(/^\n+|\s+$/g, ""))
    .filter((block) => block !== "" && !block.startsWith("Options for every command:"));
  const isExample = (block) => block.startsWith("Examples:\n");
  return {
    examples: blocks.filter(isExample).flatMap((block) => examplesIn(block.split("\n").slice(1))),
    texts: blocks.filter((block) => !isExample(block)),
  };
}

/** `  $ typed   what it does`; what it does may stand in the line below, further in. */
function examplesIn(lines) {
  const examples = [];
  for (const line of lines) {
    const [, typed, does] = /^ {2}\$ (.+?)(?: {2,}(\S.*))?$/.exec(line) ?? [];
    if (typed !== undefined) examples.push({ typed, does: does ?? "" });
    else if (examples.length > 0) examples.at(-1).does = `${examples.at(-1).does} ${line.trim()}`.trim();
  }
  return examples;
}

/** The command and all below it. */
export function everyCommand(command) {
  return [command, ...command.children.flatMap(everyCommand)];
}
