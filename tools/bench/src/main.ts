import { readFileSync, writeFileSync } from "node:fs";
import { GoLibrary, goProgram } from "./contestants/go.ts";
import type { Context } from "./experiments/experiment.ts";
import type { Figure } from "./measure/figure.ts";
import type { Effort } from "./measure/take-turns.ts";
import { type BenchOptions, parseOptions, USAGE } from "./options.ts";
import { writeDocuments } from "./report/documents.ts";
import { goals } from "./report/goals.ts";
import { judge } from "./report/judge.ts";
import { describeMachine, type Results } from "./report/results.ts";
import { goalTable, plainText, tableOf } from "./report/table.ts";

/** Measures, prints, and writes what was asked for; resolves to an exit code. Goals that are not met are no failure. */
export async function bench(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
  const results =
    options.from === undefined
      ? await measureAll(options)
      : rejudged(JSON.parse(readFileSync(options.from, "utf8")) as Results);
  console.log(`\n${plainText(goalTable(results.verdicts))}`);
  const met = results.verdicts.filter((verdict) => verdict.met).length;
  console.log(`\n${met} of ${results.verdicts.length} goals met`);
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (options.writeDocs) await writeDocuments(results);
  return 0;
}

/** The goals of now, held against figures of then. */
const rejudged = (results: Results): Results => ({ ...results, verdicts: judge(results.figures, goals) });

async function measureAll({ chosen, sizes, quick }: BenchOptions): Promise<Results> {
  const { found, reason } = goProgram();
  const left: string[] = reason === undefined ? [] : [reason];
  for (const line of left) console.log(`left out: ${line}`);
  const figures: Figure[] = [];
  for (const experiment of chosen) {
    for (const n of experiment.sizes(sizes, quick)) {
      console.error(`${experiment.name} at ${n.toLocaleString("en")} …`);
      // A fresh one for each size: what a collector has to look through must not be another row's.
      await using go = found === undefined ? undefined : new GoLibrary(found);
      const context: Context = { quick, go, effort: (containers) => effort(containers, quick) };
      figures.push(...(await experiment.measure(context, n)));
    }
    console.log(`\n${plainText(tableOf(experiment, { figures }))}`);
  }
  return { machine: await describeMachine(), left, figures, verdicts: judge(figures, goals) };
}

function effort(containers: number, quick: boolean): Effort {
  if (quick) return { rounds: 3, budget: 2_000, atLeast: 1 };
  return { rounds: containers >= 100_000 ? 9 : 25, budget: 60_000, atLeast: 5 };
}
