import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import prettier from "prettier";
import { experiments } from "../experiments/all.ts";
import { chartOf } from "./charts.ts";
import type { Results } from "./results.ts";
import { allRows, goalTable, markdown, tableOf } from "./table.ts";

const page = path.join(repositoryRoot, "docs/performance.md");
const folder = path.join(repositoryRoot, "docs/performance");

/** Draws the charts, and puts the tables between the marks of docs/performance.md; the words around them stay. */
export async function writeDocuments(results: Results): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.endsWith(".svg")) rmSync(path.join(folder, file));
  const charts = new Map<string, string>();
  for (const row of allRows) {
    const svg = await chartOf(row, results.figures);
    if (svg === undefined) continue;
    writeFileSync(path.join(folder, `${row.id}.svg`), svg);
    charts.set(row.id, `![${row.title}, cost over N](performance/${row.id}.svg)`);
  }
  let text = readFileSync(page, "utf8");
  text = between(text, "machine", machineText(results));
  text = between(text, "goals", markdown(goalTable(results.verdicts)));
  for (const experiment of experiments) {
    const drawn = experiment.rows.flatMap(({ id }) => charts.get(id) ?? []);
    text = between(
      text,
      experiment.name,
      [experiment.method, markdown(tableOf(experiment, results)), ...drawn].join("\n\n"),
    );
  }
  writeFileSync(page, await formatted(text, page));
  const json = path.join(folder, "results.json");
  writeFileSync(json, await formatted(JSON.stringify(results), json));
}

/** @throws Error when the page has no such place: a row without one would be left out unseen */
export function between(text: string, name: string, content: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [start, end] = [text.indexOf(open), text.indexOf(close)];
  if (start < 0 || end < start)
    throw new Error(`docs/performance.md has no place between ${open} and ${close}`);
  return `${text.slice(0, start + open.length)}\n\n${content}\n\n${text.slice(end)}`;
}

function machineText({ machine, left }: Results): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${machine.date}: ${machine.processor}, ${machine.cores} cores, ${machine.memory}, ${machine.kernel}, ` +
      `${machine.fileSystem}; ${versions.join(", ")}.`,
    ...left.map((line) => `Left out: ${line}.`),
  ].join("\n\n");
}

async function formatted(text: string, file: string): Promise<string> {
  return await prettier.format(text, { ...(await prettier.resolveConfig(file)), filepath: file });
}
