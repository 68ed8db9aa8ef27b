import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import { differences } from "./compare.ts";
import { type Counts, OperationCount, OPERATIONS } from "./count.ts";

/** How often what differs is measured again, before it counts as another need and not as what a busy machine adds. */
const SECOND_LOOKS = 4;

const file = path.join(repositoryRoot, "tools/bench/counts.json");

/** Compares with counts.json, or with `--write` makes it anew; resolves to an exit code. */
export async function launch(args: readonly string[]): Promise<number> {
  if (spawnSync("strace", ["-qq", "-o", "/dev/null", "true"]).status !== 0) {
    console.log("skipped: strace is not installed, or may not trace here");
    return 0;
  }
  const expected = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Counts) : {};
  const found = await countAll(expected);
  if (args.includes("--write")) {
    writeFileSync(file, `${JSON.stringify(found, undefined, 2)}\n`);
    return 0;
  }
  const lines = differences(expected, found);
  for (const line of lines) console.log(line);
  if (lines.length === 0) {
    console.log(`${Object.keys(found).length} operations need just what they needed before`);
    return 0;
  }
  console.log("\nIf that is meant, `npx pnpm bench:counts --write` writes tools/bench/counts.json anew.");
  return 1;
}

async function countAll(expected: Counts): Promise<Counts> {
  const found: Record<string, Counts[string]> = {};
  for (const operation of OPERATIONS) {
    const count = new OperationCount(operation);
    const differs = (): boolean =>
      differences({ [operation]: expected[operation] ?? {} }, { [operation]: count.each }).length > 0;
    for (let look = 0; look <= SECOND_LOOKS && (look === 0 || differs()); look += 1) await count.measure();
    found[operation] = count.each;
  }
  return found;
}
