import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess, temporaryFolder } from "@stowage/test-kit";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";
import { builtinsWhenUsed, partsBeside } from "../deferred.mjs";

/** Bundles `program.ts` and the parts, as `packages/cli` does, and runs it. */
async function run(
  folder: string,
  files: Readonly<Record<string, string>>,
  parts: readonly string[],
  paths: Readonly<Record<string, string>> = {},
) {
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await build({
    entryPoints: Object.keys(files).map((name) => path.join(folder, name)),
    outdir: path.join(folder, "out"),
    outExtension: { ".js": ".cjs" },
    absWorkingDir: folder,
    bundle: true,
    format: "cjs",
    platform: "node",
    plugins: [partsBeside(parts, paths), builtinsWhenUsed(["crypto"])],
  });
  const program = path.join(folder, "out/program.cjs");
  const { code, stdout, stderr } = await runProcess(process.execPath, [program]);
  expect([code, stderr]).toEqual([0, ""]);
  return { printed: stdout, program: await readFile(program, "utf8") };
}

describe("a part of a program", () => {
  it("may be a file of ours, by the path that it is imported by", async () => {
    await using folder = await temporaryFolder();
    const { printed, program } = await run(
      folder.path,
      {
        "own.ts": "export const named = () => 'of our own';",
        "program.ts": "void import('./own.ts').then((own) => console.log(own.named()));",
      },
      [],
      { "./own.ts": "own" },
    );
    expect(printed).toBe("of our own\n");
    expect(program).not.toContain("of our own");
  });

  it("has the exports that it had as a module, and is no part of the file", async () => {
    await using folder = await temporaryFolder();
    const { printed, program } = await run(
      folder.path,
      {
        "esm.ts": "export default () => 'default'; export const named = () => 'named';",
        "common.cts": "module.exports = { named: () => 'of CommonJS' };",
        "program.ts":
          "const esm = await0(import('esm')); const common = await0(import('common'));" +
          "async function await0(what) { return await what; }" +
          "void esm.then(async (m) => console.log(m.default(), m.named(), (await common).named()));",
      },
      ["esm", "common"],
    );
    expect(printed).toBe("default named of CommonJS\n");
    expect(program).not.toContain("of CommonJS");
  });
});

describe("a module of Node", () => {
  it("is loaded when something of it is used", async () => {
    await using folder = await temporaryFolder();
    const { printed } = await run(
      folder.path,
      {
        "program.ts":
          "import { createHash } from 'node:crypto'; import * as all from 'crypto';" +
          "const loaded = () => process.moduleLoadList.includes('NativeModule crypto');" +
          "console.log(loaded(), createHash('md5').update('').digest('hex'), loaded(), typeof all.randomBytes);",
      },
      [],
    );
    expect(printed).toBe("false d41d8cd98f00b204e9800998ecf8427e true function\n");
  });

  it("must be one", () => {
    expect(() => builtinsWhenUsed(["kryptos"])).toThrow("kryptos is no module of Node");
  });
});
