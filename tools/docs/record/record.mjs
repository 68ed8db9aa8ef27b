#!/usr/bin/env node
// node tools/docs/record/record.mjs [--check]
// Runs the commands of session.txt on a pseudo-terminal, and draws what it showed: docs/pictures/terminal.svg. With
// --check it looks whether that picture is still what a run shows, but for ids, ages and the time. Needs a build.
import { mkdtemp, mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "@stowage/run/places";
import { parseConsole } from "../console-example.mjs";
import { examplePlace } from "../example-place.mjs";
import { onTerminal } from "../terminal.mjs";
import { screenOf } from "./screen.mjs";
import { svgOf } from "./svg.mjs";
import { wrapped } from "./wrap.mjs";

const COLUMNS = 96;
// What is longer than the terminal is wrapped between words, once the folder has a short name.
const LONGEST = 1000;
const TITLE = "A store of containers is made, broken, checked and repaired at a terminal.";
const picture = path.join(root, "docs/pictures/terminal.svg");
const { values } = parseArgs({ options: { check: { type: "boolean" } } });
const drawn = await record();
if (values.check !== true) {
  await mkdir(path.dirname(picture), { recursive: true });
  await writeFile(picture, drawn);
} else if (steady(await readFile(picture, "utf8")) !== steady(drawn)) {
  console.error(
    "docs/pictures/terminal.svg is not what a run shows now; run `node tools/docs/record/record.mjs`",
  );
  process.exitCode = 1;
}

async function record() {
  // No long path is in the picture.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), "stowage-")));
  try {
    const { cwd, env } = await examplePlace(folder);
    await writeFile(path.join(cwd, "config.json"), '{"hostname":"web"}\n');
    const session = parseConsole(await readFile(new URL("session.txt", import.meta.url), "utf8"));
    const lines = [];
    for (const { typed } of session) {
      let shown = "";
      const show = (text) => (shown += text);
      const place = { cwd, env: { ...env, STOWAGE_DIR: "store", NO_COLOR: undefined }, columns: COLUMNS };
      await onTerminal(typed, { ...place, show }).ended;
      const screen = await screenOf(shown.replaceAll(`${cwd}/`, "~/"), LONGEST);
      const answer = screen.flatMap((pieces) => wrapped(pieces, COLUMNS));
      lines.push(
        [
          { text: "$ ", faint: true },
          { text: typed, typed: true },
        ],
        ...answer,
        [],
      );
    }
    return svgOf(lines.slice(0, -1), COLUMNS, TITLE);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Without what is another one at each run, and with it the places of what follows. */
function steady(svg) {
  return (
    svg
      .replaceAll(/ (x|textLength)="[^"]*"/g, "")
      .replaceAll(/\b[0-9a-f]{12,64}\b/g, "ID")
      .replaceAll(/\b(\d+ (second|minute)s? ago|just now)/g, "AGE")
      .replaceAll(/backup-[\dTZ.]+/g, "backup")
      // The moment of creation has as many digits as it needs.
      .replaceAll(/\b(byte )?\d+( bytes)?/g, "N")
      .replaceAll(/ {2,}/g, " ")
  );
}
