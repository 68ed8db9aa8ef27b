import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root, stampFolder } from "./places.mjs";

/** What was installed is still right while this is the same. */
export function installStamp() {
  const manifests = workspaceFolders().map((folder) => path.join(folder, "package.json"));
  return digest(["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", ...manifests], process.version);
}

/** What was built is still right while this is the same. */
export function buildStamp() {
  const files = ["tsconfig.base.json", "turbo.json", ...filesBelow("tools/build")];
  for (const folder of workspaceFolders("packages")) {
    files.push(
      ...["package.json", "tsconfig.json", "tsup.config.ts", "build-page.mjs", "README.md"].map((name) =>
        path.join(folder, name),
      ),
    );
    files.push(...filesBelow(path.join(folder, "src")));
  }
  return digest(files, installStamp());
}

/** Every package that can be built has its programs and modules. */
export function isBuilt() {
  return workspaceFolders("packages").every((folder) => existsSync(path.join(root, folder, "dist")));
}

export function readStamp(name) {
  try {
    return readFileSync(path.join(stampFolder, name), "utf8");
  } catch {
    return undefined;
  }
}

export function writeStamp(name, value) {
  mkdirSync(stampFolder, { recursive: true });
  writeFileSync(path.join(stampFolder, name), value);
}

function workspaceFolders(...parents) {
  return (parents.length > 0 ? parents : ["packages", "tools"]).flatMap((parent) =>
    readdirSync(path.join(root, parent))
      .map((name) => path.join(parent, name))
      .filter((folder) => existsSync(path.join(root, folder, "package.json")))
      .sort(),
  );
}

function filesBelow(folder) {
  return readdirSync(path.join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath ?? entry.path, entry.name)))
    .filter((file) => !file.split(path.sep).includes("node_modules"))
    .sort();
}

/** A missing file counts as one that is there and differs from every other. */
function digest(files, ...more) {
  const hash = createHash("sha256");
  for (const file of files) {
    let content;
    try {
      content = readFileSync(path.join(root, file));
    } catch {
      content = undefined;
    }
    hash.update(`${file}\0${content?.length ?? "none"}\0`).update(content ?? "");
  }
  return hash.update(more.join("\0")).digest("hex");
}
