import { everyCommand } from "@stowage/build/command-tree";

/**
 * The reference of the program, one page for each command that `--help` lists, from what the program declares.
 */
export function cliReference(program) {
  const pages = program.children.map((command) => [`${command.path.at(-1)}.md`, pageOf(command)]);
  return new Map([["index.md", overview(program)], ...pages]);
}

function overview(program) {
  const rows = program.children.map(
    (command) => `| [\`${words(command)}\`](./${command.path.at(-1)}.md) | ${cell(command.description)} |`,
  );
  return `# The program

${text(program.description)} This reference is made from the program itself; \`stowage help COMMAND\` and \`man stowage\` say the same.

| command | |
| --- | --- |
${rows.join("\n")}

## Options for every command

${optionTable(program.options)}

${examplesOf(program)}
${textsOf(program)}
Shapes of \`--json\`, exit codes and errors: [the package's README](../../packages/cli/index.md).
`;
}

const words = ({ path, aliases }) => [path.slice(1).join(" "), ...aliases].join(", ");

function pageOf(command) {
  return everyCommand(command)
    .map((each) => sectionOf(each, "#".repeat(each === command ? 1 : 2)))
    .join("\n");
}

function sectionOf(command, heading) {
  const named = command.arguments.filter(({ description }) => description !== "");
  const rows = named.map(({ name, description }) => `| \`${name}\` | ${cell(description)} |`);
  return [
    `${heading} ${command.path.join(" ")}\n`,
    `${text(command.description)}\n`,
    `\`\`\`text\n${[
      command.path.join(" "),
      ...command.aliases.map((alias) => [...command.path.slice(0, -1), alias].join(" ")),
    ]
      .map((called) => `${called} ${command.usage}`)
      .join("\n")}\n\`\`\`\n`,
    rows.length > 0 ? `| argument | |\n| --- | --- |\n${rows.join("\n")}\n` : "",
    command.options.length > 1 ? `${optionTable(command.options)}\n` : "",
    examplesOf(command),
    textsOf(command),
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function optionTable(options) {
  const rows = options.map(({ flags, description }) => `| \`${flags}\` | ${cell(description)} |`);
  return `| option | |\n| --- | --- |\n${rows.join("\n")}`;
}

function examplesOf({ examples }) {
  if (examples.length === 0) return "";
  const lines = examples.map(({ typed, does }) => (does === "" ? typed : `# ${does}\n${typed}`));
  return `\`\`\`sh\n${lines.join("\n")}\n\`\`\`\n`;
}

const textsOf = ({ texts }) => texts.map((each) => `\`\`\`text\n${each}\n\`\`\`\n`).join("\n");

/** Words of the program as Markdown: nothing of them is a tag. */
const text = (words) =>
  words
    .split(/(`[^`]+`)/)
    .map((part) =>
      part.startsWith("`") ? part : part.replaceAll("<", "&lt;").replaceAll(/([*_[\]])/g, "\\$1"),
    )
    .join("");
const cell = (words) => text(words).replaceAll("|", "\\|");
