import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import { differences } from "./compare.ts";
import { type Counts, countAll } from "./count.ts";

const file = path.join(repositoryRoot, "tools/bench/counts.json");

/** Compares with counts.json, or with `--write` makes it anew; resolves to an exit code. */
export async function launch(args: readonly string[]): Promise<number> {
  if (spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status !== 0) {
    console.log("skipped: strace is not installed, or may not trace here");
    return 0;
  }
  const found = await countAll();
  if (args.includes("--write")) {
    writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
    return 0;
  }
  const expected = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : {};
  const lines = differences(expected, found);
  for (const line of lines) console.log(line);
  if (lines.length === 0) {
    console.log(`${Object.keys(found).length} operations need just what they needed before`);
    return 0;
  }
  console.log("\nIf that is meant, `npx pnpm bench:counts --write` writes tools/bench/counts.json anew.");
  return 1;
}
