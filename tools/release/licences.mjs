#!/usr/bin/env node
// node tools/release/licences.mjs [--check] [FILE]
// Lists in docs/licences.md (or FILE) what the published packages bring with them. With --check it only looks
// whether the list is right. Exit code 1 when it is not, or when a licence is not one of those that are allowed.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import prettier from "prettier";
import { root } from "@stowage/run/places";
import { documentOf, licenceProblems } from "./licence-list.mjs";
import { shippedPackages } from "./shipped.mjs";

process.exitCode = await main();

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { check: { type: "boolean" } },
  });
  const file = positionals[0] ?? path.join(root, "docs/licences.md");
  const packages = await shippedPackages();
  const problems = licenceProblems(packages);
  const options = await prettier.resolveConfig(path.join(root, "docs/licences.md"));
  const document = await prettier.format(documentOf(packages), { ...options, parser: "markdown" });
  if (values.check !== true) await writeFile(file, document);
  else if ((await readFile(file, "utf8")) !== document)
    problems.push(
      `${path.basename(file)} is not what the packages bring; run \`node tools/release/licences.mjs\``,
    );
  for (const problem of problems) console.error(problem);
  const count = packages.reduce((sum, { dependencies }) => sum + dependencies.length, 0);
  console.log(`${packages.length} packages, ${count} dependencies, ${problems.length} problems`);
  return problems.length > 0 ? 1 : 0;
}
