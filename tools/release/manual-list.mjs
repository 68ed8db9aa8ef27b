import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import prettier from "prettier";

/** The manual pages that the build made, as package.json has to list them: npm installs no other. */
async function pagesIn(folder) {
  return (await readdir(path.join(folder, "man"))).sort().map((name) => `./man/${name}`);
}

export async function listManualPages(folder) {
  const file = path.join(folder, "package.json");
  const manifest = JSON.parse(await readFile(file, "utf8"));
  if (manifest.man === undefined) return;
  const text = JSON.stringify({ ...manifest, man: await pagesIn(folder) });
  await writeFile(
    file,
    await prettier.format(text, { ...(await prettier.resolveConfig(file)), parser: "json-stringify" }),
  );
}

/** As sentences; none when package.json lists just the pages that there are. */
export async function problemsOfManual(folder, { name, man }) {
  if (man === undefined) return [];
  const pages = await pagesIn(folder);
  const differing = [
    ...pages.filter((page) => !man.includes(page)),
    ...man.filter((page) => !pages.includes(page)),
  ];
  if (differing.length === 0) return [];
  return [
    `${name}: its manual pages are not those of package.json; run \`node tools/release/api.mjs\`: ${differing.join(", ")}`,
  ];
}
