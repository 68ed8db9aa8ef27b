#!/usr/bin/env node
import path from "node:path";
import { parseArgs } from "node:util";
import { floors } from "./floors.mjs";
import { runFloor } from "./run-floor.mjs";

process.chdir(path.resolve(import.meta.dirname, "../.."));
process.env.STOWAGE_SEED ??= "1";
const { positionals, values } = parseArgs({ allowPositionals: true, options: { incremental: { type: "boolean", default: false } } });
for (const floor of floors.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const t = performance.now();
  const results = await runFloor(floor, values);
  const counts = {};
  for (const { status, fileName, location, mutatorName, replacement } of results) {
    counts[status] = (counts[status] ?? 0) + 1;
    if (status === "Survived" || status === "NoCoverage")
      console.log(`${status} ${path.relative(".", fileName)}:${location.start.line}:${location.start.column} ${mutatorName} -> ${replacement}`);
  }
  const k = (counts.Killed ?? 0) + (counts.Timeout ?? 0), s = (counts.Survived ?? 0) + (counts.NoCoverage ?? 0);
  console.log(floor.name, JSON.stringify(counts), (100 * k / (k + s)).toFixed(1), ((performance.now() - t) / 1000).toFixed(0) + " s");
}
