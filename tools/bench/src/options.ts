import { parseArgs } from "node:util";
import { experiments } from "./experiments/all.ts";
import type { Experiment } from "./experiments/experiment.ts";

export interface BenchOptions {
  readonly chosen: readonly Experiment[];
  readonly sizes: readonly number[];
  readonly json: string | undefined;
  /** Take the figures of this file instead of measuring. */
  readonly from: string | undefined;
  readonly quick: boolean;
  readonly writeDocs: boolean;
}

export const USAGE = `npx pnpm bench [ROW...] [--n 100,1000,10000,100000] [--quick] [--json FILE] [--write-docs] [--from FILE]

ROW is an experiment or a row of one; without any, all are measured:
${experiments.map(({ name, rows }) => `  ${name}: ${rows.map(({ id }) => id).join(", ")}`).join("\n")}

--quick       few repetitions, small sizes: to see that it works
--json FILE   writes machine, figures and goals
--write-docs  writes the tables and charts of docs/performance.md
--from FILE   takes the figures of an earlier --json instead of measuring
$STOWAGE_BENCH_DIR is the folder for the stores, on the disk that counts; the system's temporary folder otherwise.`;

/** @throws TypeError for what cannot be understood */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      n: { type: "string" },
      json: { type: "string" },
      from: { type: "string" },
      quick: { type: "boolean", default: false },
      "write-docs": { type: "boolean", default: false },
    },
  });
  const sizes = (values.n ?? (values.quick ? "100,1000" : "100,1000,10000,100000")).split(",").map(Number);
  if (!sizes.every((n) => Number.isSafeInteger(n) && n > 0)) {
    throw new TypeError(`--n ${values.n}: give sizes, such as 100,1000`);
  }
  return {
    chosen: choose(positionals),
    sizes: sizes.sort((one, other) => one - other),
    json: values.json,
    from: values.from,
    quick: values.quick,
    writeDocs: values["write-docs"],
  };
}

/** Rows that share an experiment are measured together: naming one brings the others. */
function choose(names: readonly string[]): readonly Experiment[] {
  if (names.length === 0) return experiments;
  const matches = ({ name, rows }: Experiment, wanted: string): boolean =>
    name === wanted || rows.some(({ id }) => id === wanted);
  for (const wanted of names) {
    if (!experiments.some((experiment) => matches(experiment, wanted))) {
      throw new TypeError(`there is no row ${wanted}`);
    }
  }
  return experiments.filter((experiment) => names.some((wanted) => matches(experiment, wanted)));
}
