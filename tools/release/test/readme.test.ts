import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bundledChild, repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";

const documents = [
  "README.md",
  "docs/watching.md",
  ...readdirSync(path.join(repositoryRoot, "packages")).map((name) => `packages/${name}/README.md`),
  ...readdirSync(path.join(repositoryRoot, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
]
  .map((name) => ({ name, file: path.join(repositoryRoot, name) }))
  .filter(({ file }) => existsSync(file));

/** The code blocks of one language. */
function blocks(file: string, language: string): string[] {
  const found = readFileSync(file, "utf8").matchAll(/^```(\w+)\n([^]*?)^```$/gm);
  return [...found].filter((match) => match[1] === language).map((match) => match[2] ?? "");
}

describe("examples in TypeScript run as they are printed", () => {
  const examples = documents.flatMap(({ name, file }) =>
    blocks(file, "ts")
      // A piece of code without its imports, or one that asks somebody on the network, cannot run here.
      .filter((code) => code.includes("import ") && !code.includes("fetch("))
      .map((code, i) => ({ name, number: i + 1, code })),
  );

  it.each(examples)("$name, example $number", async ({ code }) => {
    await using folder = await temporaryFolder();
    const source = path.join(folder.path, "example.ts");
    await writeFile(source, code);
    const work = path.join(folder.path, "work");
    await mkdir(work);
    const result = await runProcess(process.execPath, [await bundledChild(source)], { cwd: work });
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
  });
});

const manifest = JSON.parse(readFileSync(path.join(repositoryRoot, "packages/cli/package.json"), "utf8")) as {
  bin: { stowage: string };
};
const program = path.join(repositoryRoot, "packages/cli", manifest.bin.stowage);

// `npm test` builds first; who runs vitest by hand may not have.
describe.skipIf(!existsSync(program))("examples at a terminal run as they are printed", () => {
  const examples = blocks(path.join(repositoryRoot, "README.md"), "sh").map((code, i) => ({
    number: i + 1,
    code,
  }));

  it.each(examples)("README.md, example $number", async ({ code }) => {
    await using folder = await temporaryFolder();
    const bin = path.join(folder.path, "bin");
    await mkdir(bin);
    await writeFile(path.join(bin, "stowage"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
    await chmod(path.join(bin, "stowage"), 0o755);
    const result = await runProcess("sh", ["-e", "-c", code], {
      cwd: folder.path,
      env: {
        PATH: `${bin}${path.delimiter}${process.env["PATH"] ?? ""}`,
        STOWAGE_DIR: path.join(folder.path, "store"),
      },
    });
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
    expect(result.stdout).toContain("sha256:");
  });
});
