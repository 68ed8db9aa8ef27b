import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { CommanderError } from "commander";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandTree, declaredProgram, everyCommand } from "@stowage/build/command-tree";
import { pagesOf, tableBelow } from "@stowage/build/man-pages";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";

const cli = path.join(repositoryRoot, "packages/cli");
const program = commandTree(cli);
const readme = readFileSync(path.join(cli, "README.md"), "utf8");
const pages = pagesOf(program, { version: "1.2.3", readme });
const mandoc =
  (await runProcess("mandoc", ["-T", "ascii", "/dev/null"]).catch(() => undefined)) !== undefined;

describe("what the program declares", () => {
  it("is all there, with its options and examples", () => {
    const paths = everyCommand(program).map((command) => command.path.join(" "));
    expect(paths).toEqual(expect.arrayContaining(["stowage", "stowage data get", "stowage lock status"]));
    expect(paths).not.toContain("stowage __complete");
    const list = everyCommand(program).find((command) => command.path.join(" ") === "stowage ls");
    expect(list?.aliases).toEqual(["list", "ps"]);
    expect(list?.options.map(({ flags }) => flags)).toContain("-f, --filter <key=value>");
    expect(list?.examples).toContainEqual({ typed: "stowage ls -n 3", does: "the three made last" });
  });

  /** The words of the one call of stowage in a line of a shell. */
  const wordsOf = (line: string): string[] => {
    const call = /(?:^|[|;(]\s*)stowage ((?:'[^']*'|[^'|;)<>])*)/.exec(line)?.[1];
    return [...(call ?? "").matchAll(/'([^']*)'|[^\s']+/g)].map(([word, quoted]) => quoted ?? word);
  };
  const examples = everyCommand(program).flatMap((command) => command.examples.map(({ typed }) => typed));

  it.each([...new Set(examples)].filter((line) => wordsOf(line).length > 0))(
    "understands its own example: %s",
    async (line) => {
      const declared = declaredProgram(cli);
      const quiet = (command: typeof declared): void => {
        command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
        for (const child of command.commands) quiet(child as typeof declared);
      };
      quiet(declared);
      const outcome = await declared.parseAsync(wordsOf(line), { from: "user" }).then(
        () => "understood",
        (error: CommanderError) => error.code,
      );
      expect(["understood", "commander.helpDisplayed"]).toContain(outcome);
    },
  );
});

describe("the manual", () => {
  it("has a page for every command", () => {
    expect([...pages.keys()]).toEqual(everyCommand(program).map(({ path }) => `${path.join("-")}.1`));
    expect(pages.get("stowage.1")).toContain("STOWAGE_DIR");
  });

  it.runIf(mandoc)("is fit for a reader of manuals", async () => {
    await using folder = await temporaryFolder();
    for (const [name, text] of pages) await writeFile(path.join(folder.path, name), text);
    const { stdout } = await runProcess("mandoc", ["-T", "lint", "-W", "warning", ...pages.keys()], {
      cwd: folder.path,
    });
    // Pages of a build have no date: they would differ from one build to the next.
    expect(stdout.split("\n").filter((line) => line !== "" && !line.includes("missing date"))).toEqual([]);
  });

  it.runIf(mandoc)("shows any text as it is", async () => {
    const texts = fc.sample(fc.string({ unit: fc.constantFrom(..."ab \\-.'`\"~^<>[]{}…é容") }), 300);
    const typed = [...new Set(texts.map((text) => text.trim()).filter((text) => !/ {2}/.test(text)))];
    const command = {
      ...program,
      children: [],
      texts: [],
      examples: typed.map((line) => ({ typed: line, does: "" })),
    };
    await using folder = await temporaryFolder();
    const file = path.join(folder.path, "page.1");
    await writeFile(file, pagesOf(command, { version: "1", readme }).get("stowage.1") ?? "");
    const { stdout } = await runProcess("mandoc", ["-T", "utf8", "-O", "width=200", file]);
    // Without the overprinting that stands for bold and underlined.
    const shown = stdout
      // eslint-disable-next-line no-control-regex
      .replace(/.\u0008/gu, "")
      .split("\n")
      .map((line) => line.trim());
    for (const line of typed) expect(shown).toContain(`$ ${line}`.trim());
  });

  it("takes its tables from the README, and misses one that is gone", () => {
    expect(tableBelow(readme, "Errors and exit codes").map(([code]) => code)).toEqual([
      "0",
      "1",
      "2",
      "3",
      "4",
      "130",
    ]);
    expect(() => tableBelow(readme, "Weather")).toThrow("Weather");
  });
});
