#!/usr/bin/env node
// node tools/release/check-packages.mjs
// Packs every public package as it would be published, and checks that it is fit: publint, its types,
// and that it installs and works alone in an empty project. Needs a build. Exit code 1 when one is not fit.
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { installAlone } from "./install-alone.mjs";
import { publishedFolders } from "./shipped.mjs";
import { pack, problemsOf } from "./tarball.mjs";

const temporary = await mkdtemp(path.join(tmpdir(), "stowage-release-"));
try {
  const folders = await publishedFolders();
  const unbuilt = folders.filter((folder) => !existsSync(path.join(folder, "dist")));
  if (unbuilt.length > 0)
    throw new Error(
      `not built: ${unbuilt.map((folder) => path.basename(folder)).join(", ")}; run \`npx turbo run build\` first`,
    );
  const packed = [];
  for (const folder of folders) packed.push(await pack(folder, path.join(temporary, "tarballs")));
  let unfit = 0;
  for (const one of packed) {
    const { name } = one.manifest;
    const problems = await problemsOf(one);
    let printed = "";
    try {
      printed = await installAlone(one, packed, path.join(temporary, "projects", name.replace("/", "-")));
    } catch (error) {
      problems.push(`it does not work alone: ${error.message}`);
    }
    for (const problem of problems) console.error(`${name}: ${problem}`);
    if (problems.length > 0) unfit += 1;
    else
      console.log(
        `${name}: fit to be published; alone in an empty project: ${printed.replaceAll("\n", " ")}`,
      );
  }
  console.log(`${packed.length - unfit} packages fit, ${unfit} unfit`);
  process.exitCode = unfit > 0 ? 1 : 0;
} finally {
  await rm(temporary, { recursive: true, force: true });
}
