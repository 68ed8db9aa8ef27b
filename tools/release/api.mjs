#!/usr/bin/env node
// node tools/release/api.mjs [--check] [--since REF]
// Writes what each published package offers into its etc/NAME.api.md, and lists the program's manual pages in its
// package.json. With --check it only looks whether those
// records are right, and whether changesets announce what differs from the last release, or from the commit REF.
// Exit code 1 when something is not so. Needs a build.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import readChangesets from "@changesets/read";
import prettier from "prettier";
import { root } from "@stowage/run/places";
import { problemsOfApi } from "./api-change.mjs";
import { recordOf } from "./api-record.mjs";
import { recordOfCommands } from "./command-record.mjs";
import { gitText } from "./git.mjs";
import { listManualPages, problemsOfManual } from "./manual-list.mjs";
import { publishedFolders } from "./shipped.mjs";

const { values } = parseArgs({ options: { check: { type: "boolean" }, since: { type: "string" } } });
const folders = await publishedFolders();
const announced = await readChangesets(root);
const problems = [];
for (const folder of folders) {
  const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const file = path.join(folder, "etc", `${path.basename(folder)}.api.md`);
  const record = await recordFor(folder, manifest);
  if (values.check === true) {
    problems.push(
      ...(await judge({ file, manifest, record })),
      ...(await problemsOfManual(folder, manifest)),
    );
  } else {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, record);
    await listManualPages(folder);
  }
}
for (const problem of problems) console.error(problem);
console.log(`${folders.length} packages, ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;

/** As the formatter leaves it, so that whoever formats everything changes no record. */
async function recordFor(folder, { exports }) {
  const record = exports["."] === undefined ? recordOfCommands(folder) : await recordOf(folder);
  const options = await prettier.resolveConfig(path.join(folder, "etc/record.md"));
  return prettier.format(record, { ...options, parser: "markdown" });
}

async function judge({ file, manifest: { name, version }, record }) {
  const where = path.relative(root, file);
  return problemsOfApi({
    name,
    version,
    where,
    record,
    kept: await readFile(file, "utf8").catch(() => ""),
    before: await earlier(name, where),
    announced: announced.flatMap(({ releases }) =>
      releases.filter((release) => release.name === name).map(({ type }) => type),
    ),
  });
}

/** What the package was in the last release, or in the commit that was named; undefined when it was not there. */
async function earlier(name, where) {
  const ref = values.since ?? (await lastRelease(name));
  if (ref === undefined) return undefined;
  const record = await gitText(["show", `${ref}:${where}`]);
  const manifest = await gitText(["show", `${ref}:${path.join(where, "../../package.json")}`]);
  if (record === undefined || manifest === undefined) return undefined;
  return { ref, record, version: JSON.parse(manifest).version };
}

async function lastRelease(name) {
  const tags = (await gitText(["tag", "--list", `${name}@*`, "--sort=-version:refname"])) ?? "";
  return tags.split("\n").find((tag) => tag !== "");
}
