import { commandTree, everyCommand } from "@stowage/build/command-tree";

/** What scripts may count on of the program's command line: commands, aliases, arguments, options; no words. */
export function recordOfCommands(folder) {
  const lines = everyCommand(commandTree(folder)).map((command) => {
    const options = command.options.map(({ flags, description }) => {
      const choices = /\(choices: .*?\)/.exec(description)?.[0];
      return `    ${flags}${choices === undefined ? "" : ` ${choices}`}`;
    });
    const aliases = command.aliases.map((alias) => [...command.path.slice(0, -1), alias].join(" "));
    return [
      `${command.path.join(" ")} ${command.usage}`,
      ...aliases.map((alias) => `    = ${alias}`),
      ...options,
    ]
      .map((line) => (line.startsWith(" ") ? `${command.path.join(" ")}: ${line.trim()}` : line))
      .join("\n");
  });
  return `# The command line of @stowage/cli

Made by \`node tools/release/api.mjs\`. The shapes of \`--json\` are in \`schema/\`.

\`\`\`text
${lines.join("\n\n")}
\`\`\`
`;
}
