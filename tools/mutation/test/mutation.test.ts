import path from "node:path";
import { describe, expect, it } from "vitest";
import { report, repositoryRoot, runProcess } from "@stowage/test-kit";

const program = path.join(repositoryRoot, "tools/mutation/mutation.mjs");

function mutation(...args: string[]) {
  // What this test runner set for its own processes is not meant for the one that is started inside.
  const own = Object.keys(process.env).filter((name) => name.startsWith("VITEST"));
  const env = { ...Object.fromEntries(own.map((name) => [name, undefined])), NODE_ENV: undefined };
  return runProcess(process.execPath, [program, ...args], { env, timeout: 230_000 });
}

/** A row of the table that is printed, without the floor's name. */
function rowOf(heads: string, row: string): Record<string, string> {
  const cells = row.split(/ {2,}/);
  const named = heads.split(/ {2,}/).map((head, i) => [head, cells[i] ?? ""]);
  return Object.fromEntries(named.slice(1)) as Record<string, string>;
}

describe("mutation testing", () => {
  it("finds that the tests of small rules notice when the rules change", async (context) => {
    const { code, stdout, stderr } = await mutation("lockfile/fair-queue", "lockfile/turn-clock");
    console.log(stdout);
    const [heads, row] = /^floor .*\n(?:lockfile .*)$/m.exec(stdout)?.[0].split("\n") ?? [];
    if (heads !== undefined && row !== undefined) {
      const seed = /^seed (\d+)/m.exec(stdout)?.[1];
      report(context, "mutation lockfile (two files)", rowOf(heads, row), Number(seed));
    }
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^lockfile +\d\d+ /m);
    expect(code).toBe(0);
  });

  it("names the floors that there are when asked for another, and how to call it", async () => {
    for (const args of [["cellar"], ["model/cellar"], [""], ["model", "--concurrency", "none"]]) {
      const { code, stderr } = await mutation(...args);
      expect(stderr).toContain("there are model, codec, catalog, records, truncindex, lockfile");
      expect(code).toBe(2);
    }
  });
});
