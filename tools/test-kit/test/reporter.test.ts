import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess } from "../src/index.ts";

/** Runs vitest with our reporter on one test file, in a folder of its own within the clone (vitest is found from there). */
async function summaryOf(source: string | undefined): Promise<{ line: string; code: number | null }> {
  const cache = path.join(repositoryRoot, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(path.join(cache, "reporter-"));
  try {
    if (source !== undefined) await writeFile(path.join(folder, "x.test.mjs"), source);
    const summary = path.join(folder, "summary");
    const vitest = path.join(repositoryRoot, "node_modules/vitest/vitest.mjs");
    const reporter = path.join(repositoryRoot, "tools/test-kit/src/reporter.ts");
    // All is inline: else what lies below node_modules would be left to Node, which may not read TypeScript.
    const options = { include: ["*.test.mjs"], reporters: [reporter], server: { deps: { inline: true } } };
    const config = `export default { test: ${JSON.stringify(options)} };`;
    await writeFile(path.join(folder, "vitest.config.mjs"), config);
    const env = { STOWAGE_TEST_SUMMARY: summary };
    const result = await runProcess(process.execPath, [vitest, "run"], { cwd: folder, env });
    return { line: await readFile(summary, "utf8"), code: result.code };
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("the summary line", () => {
  it.each([
    [
      "passed, failed and skipped",
      "it('a', () => {}); it('b', () => { throw 1; }); it.skip('c', () => {});",
      "1 passed, 1 failed, 1 skipped",
    ],
    ["no skipped ones", "it('a', () => {});", "1 passed, 0 failed"],
    ["a file that cannot be loaded", "import './nowhere.mjs';", "0 passed, 1 failed"],
    ["a file without tests", "", "0 passed, 1 failed"],
    [
      "a hook that fails",
      "describe('s', () => { beforeAll(() => { throw 1; }); it('a', () => {}); }); it('b', () => {});",
      "1 passed, 1 failed, 1 skipped",
    ],
    [
      "a rejection that nobody handles",
      "it('a', () => { void Promise.reject(new Error()); });",
      "1 passed, 1 failed",
    ],
  ])("counts %s", async (_what, tests, line) => {
    const source = tests === "" ? "" : `import { beforeAll, describe, it } from "vitest"; ${tests}`;
    const result = await summaryOf(source);
    const said = result.line.split("\n");
    expect(said.at(-1)).toBe(line);
    // Nothing else but what failed, when something did.
    expect(said.slice(0, -1).every((other) => other.startsWith("!"))).toBe(true);
    expect(said.length > 1).toBe(!line.includes(" 0 failed"));
    expect(result.code).toBe(line.includes(" 0 failed") ? 0 : 1);
  });

  it("comes after the figures that tests reported, which are in order and there when a test fails", async () => {
    const figures = JSON.stringify(path.join(repositoryRoot, "tools/test-kit/src/figures.ts"));
    const source = `import { it } from "vitest"; import { report } from ${figures};
      it("b", (context) => { report(context, "attack b", { faults: 48, violations: ["one", "two"] }, 7); throw 1; });
      it.for(["a", "c"])("%s", (name, context) => {
        report(context, \`attack \${name}\`, { refused: 0, byKind: "x 1" });
      });`;
    const result = await summaryOf(source);
    expect(result.line.split("\n")).toEqual([
      "attack a: refused 0, byKind x 1",
      "attack b: faults 48, violations 2; seed 7",
      "attack c: refused 0, byKind x 1",
      expect.stringMatching(/^! x\.test\.mjs > b \(\d+ ms\)$/) as string,
      "!   1",
      "2 passed, 1 failed",
    ]);
  });

  it("comes after what failed: where, and why, short enough for the end of a log", async () => {
    const source = `import { describe, expect, it } from "vitest";
      describe("s", () => {
        it("differs", () => { expect({ a: 1 }).toEqual({ a: 2 }); });
        it("talks", () => { throw new Error("line\\n".repeat(100)); });
      });`;
    const { line } = await summaryOf(source);
    const said = line.split("\n");
    expect(said[0]).toMatch(/^! x\.test\.mjs > s > differs \(\d+ ms\)$/);
    expect(line).toContain('!   -   "a": 2,\n!   +   "a": 1,');
    expect(line).toContain("!   at x.test.mjs:3");
    expect(line).toMatch(/^! {3}… 61 more lines$/m);
    expect(said.length).toBeLessThan(70);
    // No colours: a log is read where they are only characters.
    expect(line).not.toContain("\u001B");
  });

  it("has no success without tests", async () => {
    expect(await summaryOf(undefined)).toEqual({ line: "0 passed, 0 failed", code: 1 });
  });
});
