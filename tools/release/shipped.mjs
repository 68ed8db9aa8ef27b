import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { listed } from "@stowage/build/third-party-licenses";
import { root } from "@stowage/run/places";
import { pnpm, run } from "./commands.mjs";

/** What each published package brings with it of others: installed beside it, or bundled into it. Needs a build. */
export async function shippedPackages() {
  const folders = await publishedFolders();
  const manifests = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    manifests.set(manifest.name, { folder, manifest });
  }
  const installed = new Map();
  const looks = [...manifests].map(async ([name, { manifest }]) => {
    const names = Object.keys(manifest.dependencies ?? {});
    const siblings = names.filter((other) => manifests.has(other));
    const own = siblings.length < names.length ? await installedWith(name) : [];
    installed.set(name, { siblings, own });
  });
  await Promise.all(looks);
  const packages = [];
  for (const [name, { folder, manifest }] of manifests) {
    const all = closure(name, installed).flatMap((each) => installed.get(each).own);
    packages.push({ name, dependencies: unique([...all, ...(await bundledInto(folder, manifest))]) });
  }
  return packages;
}

/** The folders of the packages that are published: a private one is only bundled into others. */
export async function publishedFolders() {
  const packages = path.join(root, "packages");
  const names = (await readdir(packages)).sort();
  return names.map((name) => path.join(packages, name)).filter(isPublished);
}

function isPublished(folder) {
  const file = path.join(folder, "package.json");
  return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).private !== true;
}

/** pnpm follows dependencies, but none that is a package of this repository. */
async function installedWith(name) {
  const printed = await run(pnpm, ["--filter", name, "licenses", "list", "--prod", "--json"]);
  return Object.values(JSON.parse(printed))
    .flat()
    .flatMap(({ name, versions, license }) =>
      versions.map((version) => ({ name, version, license, how: "installed" })),
    );
}

function closure(name, installed, found = new Set()) {
  if (found.has(name)) return [...found];
  found.add(name);
  for (const sibling of installed.get(name).siblings) closure(sibling, installed, found);
  return [...found];
}

async function bundledInto(folder, manifest) {
  if (!manifest.files.includes("THIRD-PARTY-LICENSES")) return [];
  const file = path.join(folder, "THIRD-PARTY-LICENSES");
  if (!existsSync(file)) throw new Error(`not built: ${manifest.name}; run \`npx turbo run build\` first`);
  const packages = listed(await readFile(file, "utf8"));
  if (packages.length === 0) throw new Error(`${file} lists nothing`);
  return packages.map((each) => ({ ...each, how: "bundled" }));
}

function unique(dependencies) {
  const byKey = new Map(dependencies.map((each) => [`${each.name} ${each.version} ${each.how}`, each]));
  return [...byKey.keys()].sort().map((key) => byKey.get(key));
}
