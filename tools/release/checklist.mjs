#!/usr/bin/env node
// node tools/release/checklist.mjs [--quick] [ITEM...]
// Walks the list of docs/releasing.md and prints pass or fail for each item. Exit code 1 when one fails.
// Nothing is published, and nothing of the repository is changed. Needs the dependencies installed.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import readChangesets from "@changesets/read";
import { root } from "@stowage/run/places";
import { gitText } from "./git.mjs";
import { publishedFolders } from "./shipped.mjs";

const bin = (name) => path.join(root, "node_modules/.bin", name);
const turbo = bin("turbo");
const node = (...args) => [process.execPath, ...args];

/** What must hold: commands that end with 0, or a function that gives what is wrong, and nothing when all is well. */
export const ITEMS = new Map([
  ["clean", async () => (await gitText(["status", "--porcelain"])) || undefined],
  ["changes", async () => ((await readChangesets(root)).length === 0 ? "there is no changeset" : undefined)],
  ["licence", [licenceProblem, node("tools/release/licences.mjs", "--check")]],
  ["build", [[turbo, "run", "build", "--output-logs=errors-only"]]],
  [
    "checks",
    [
      [turbo, "run", "typecheck", "--output-logs=errors-only"],
      [bin("eslint"), ".", "--max-warnings", "0"],
      [bin("prettier"), "--check", "."],
      [turbo, "boundaries"],
    ],
  ],
  ["api", [node("tools/release/api.mjs", "--check")]],
  ["packages", [node("tools/release/check-packages.mjs")]],
  ["installed", [node("tools/release/try-installed.mjs")]],
  ["executable", [node("tools/executable/build.mjs", "--try")]],
  ["site", [node("tools/docs/site/build.mjs")]],
  ["audit", [node("tools/release/audit.mjs")]],
  ["rehearsal", [node("tools/release/rehearse.mjs")]],
  ["tests", [node("tools/run/test.mjs")]],
]);

if (import.meta.filename === process.argv[1]) process.exitCode = await walk();

async function walk() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { quick: { type: "boolean" } },
  });
  const unknown = positionals.filter((name) => !ITEMS.has(name));
  if (unknown.length > 0)
    throw new Error(`no such item: ${unknown.join(", ")}; there are ${[...ITEMS.keys()].join(", ")}`);
  const names =
    positionals.length > 0
      ? positionals
      : [...ITEMS.keys()].filter((name) => !(values.quick && name === "tests"));
  let failed = 0;
  let untried = 0;
  for (const name of names) {
    const began = performance.now();
    const { word, said } = await outcomeOf(ITEMS.get(name));
    if (word === "FAIL") failed += 1;
    if (word === "skip") untried += 1;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`${word}  ${name.padEnd(10)}  ${seconds} s`);
    if (word !== "pass")
      console.log(said.trimEnd().split("\n").slice(-15).join("\n").replace(/^/gm, "      "));
  }
  console.log(
    failed === 0
      ? `${names.length - untried} items hold${untried === 0 ? "" : `, ${untried} could not be looked at`}`
      : `${failed} of ${names.length} items fail: not to be released`,
  );
  return failed === 0 ? 0 : 1;
}

async function outcomeOf(steps) {
  for (const step of [steps].flat(typeof steps === "function" ? 0 : 1)) {
    const { failed, said } = await (typeof step === "function" ? problemOf(step) : outcomeOfCommand(step));
    if (failed) return { word: "FAIL", said };
    const reason = reasonNotTried(said);
    if (reason !== undefined) return { word: "skip", said: reason };
  }
  return { word: "pass", said: "" };
}

/** Why a command that ended well could not look: where no registry can be asked, nothing was found, and nothing sought. */
function reasonNotTried(said) {
  return /^not audited: .*$/m.exec(said)?.[0];
}

async function problemOf(step) {
  const problem = await step();
  return { failed: problem !== undefined, said: problem ?? "" };
}

function outcomeOfCommand([program, ...args]) {
  return new Promise((resolve) => {
    const PATH = `${path.join(root, "node_modules/.bin")}${path.delimiter}${process.env.PATH}`;
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, PATH },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stdout.on("data", (text) => (said += text));
    child.stderr.on("data", (text) => (said += text));
    child.on("error", (error) => resolve({ failed: true, said: String(error) }));
    child.on("close", (code) => resolve({ failed: code !== 0, said: said || `it ended with ${code}` }));
  });
}

async function licenceProblem() {
  const missing = ["LICENSE", "NOTICE", "SECURITY.md"].filter((name) => !existsSync(path.join(root, name)));
  if (missing.length > 0) return `missing: ${missing.join(", ")}`;
  for (const folder of await publishedFolders()) {
    const { name, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    if (license !== "Apache-2.0") return `${name} is under ${license}`;
  }
  return undefined;
}
