#!/usr/bin/env node
// node tools/mutation/mutation.mjs [FLOOR[/FILE]...] [--incremental] [--concurrency N]
// Changes the code of the pure floors in small ways and counts which changes their tests notice.
// Exit code 1: too few, or the tests failed as it is; 2: not called like this.
import path from "node:path";
import { parseArgs } from "node:util";
import { chosenFloors, floors } from "./floors.mjs";
import { failuresOf, figuresOf, LEAST_SCORE, survivorLine, table } from "./report.mjs";
import { runFloor } from "./run-floor.mjs";

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  const { positionals, values } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      incremental: { type: "boolean", default: false },
      concurrency: { type: "string", default: "2" },
    },
  });
  const chosen = chosenFloors(positionals);
  if (chosen === undefined || !/^[1-9]\d?$/.test(values.concurrency)) {
    const names = floors.map(({ name }) => name).join(", ");
    console.error(`usage: mutation [FLOOR[/FILE]...] [--incremental] [--concurrency N]; there are ${names}`);
    return 2;
  }
  const root = path.resolve(import.meta.dirname, "../..");
  // Stryker takes the current folder for the project.
  process.chdir(root);
  process.env.STOWAGE_SEED ??= "1";
  console.log(`seed ${process.env.STOWAGE_SEED}: repeat with STOWAGE_SEED=${process.env.STOWAGE_SEED}`);
  const figures = [];
  for (const floor of chosen) {
    const begun = performance.now();
    const of = figuresOf(floor.name, await runFloor(floor, values));
    figures.push(of);
    for (const survivor of of.survivors) console.log(survivorLine(root, survivor));
    console.log(`${floor.name}: ${Math.round((performance.now() - begun) / 1000)} s`);
  }
  const failures = failuresOf(figures);
  console.log(`\n${table(figures)}`);
  if (failures.length > 0) console.log(`under ${LEAST_SCORE} %: ${failures.join(", ")}`);
  return failures.length > 0 ? 1 : 0;
}
