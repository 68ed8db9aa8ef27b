// node build-page.mjs: bundles the page into dist/page, files with their hashes in their names, and fails when it is too
// large. What it took from others stands in dist/page-packages.json, for the list of licences: by paths from here, as turbo
// keeps what was built, and another checkout, or one that was moved, gets it from there.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { packageFolders } from "@stowage/build/third-party-licenses";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
/** Where the build puts the page. */
export const pageFolder = path.join(here, "dist/page");

/** Bytes, of all files together, compressed as a server would. */
export const LARGEST_PAGE = 300_000;

export function pagePackages() {
  const folders = JSON.parse(readFileSync(path.join(here, "dist/page-packages.json"), "utf8"));
  return folders.map((folder) => path.resolve(here, folder));
}

export async function buildPage(folder = pageFolder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: { page: "src/page/main.tsx", icon: "src/page/icon.svg" },
    entryNames: "[name]-[hash]",
    outdir: folder,
    bundle: true,
    format: "esm",
    target: ["chrome110", "firefox115", "safari16.4"],
    jsx: "automatic",
    jsxImportSource: "preact",
    minify: true,
    legalComments: "none",
    loader: { ".svg": "copy" },
    metafile: true,
    logLevel: "warning",
  });
  const names = Object.keys(metafile.outputs).map((output) => path.basename(output));
  writeFileSync(path.join(folder, "index.html"), documentOf(names));
  const packages = packageFolders(metafile, here)
    .filter((each) => !each.includes(`${path.sep}@stowage${path.sep}`))
    .map((each) => path.relative(here, each));
  if (folder === pageFolder)
    writeFileSync(path.join(here, "dist/page-packages.json"), JSON.stringify(packages));
  const files = [...names, "index.html"];
  const compressed = new Map(
    files.map((name) => [name, gzipSync(readFileSync(path.join(folder, name))).length]),
  );
  const total = [...compressed.values()].reduce((sum, bytes) => sum + bytes, 0);
  if (total > LARGEST_PAGE)
    throw new Error(`the page has ${total} bytes compressed, and may have ${LARGEST_PAGE}`);
  return { folder, compressed, packages, total };
}

/** Nothing of a store is ever in it: what is shown comes later, as data. */
function documentOf(names) {
  const named = (pattern) => {
    const name = names.find((each) => pattern.test(each));
    if (name === undefined) throw new Error(`the build gave no file ${pattern}`);
    return name;
  };
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Stowage</title>
    <link rel="icon" href="/${named(/^icon-.*\.svg$/)}">
    <link rel="stylesheet" href="/${named(/^page-.*\.css$/)}">
    <script type="module" src="/${named(/^page-.*\.js$/)}"></script>
  </head>
  <body>
    <noscript>This page needs JavaScript, which is its own and comes from this machine.</noscript>
    <div id="page"></div>
  </body>
</html>
`;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { total, compressed } = await buildPage();
  console.log(`the page: ${compressed.size} files, ${total} bytes compressed`);
}
