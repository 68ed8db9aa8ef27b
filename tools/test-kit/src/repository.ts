import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone: the next one above with the workspace's file, also for a bundle that lies elsewhere in it. */
export const repositoryRoot: string = rootAbove(path.dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  if (existsSync(path.join(folder, "pnpm-workspace.yaml"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("this file is outside of Stowage's repository");
  return rootAbove(parent);
}

/** The sources that stand behind the names of the workspace's packages, so that tests need no build. */
export const workspaceSources: ReadonlyMap<string, string> = new Map(
  [
    ...["atomic-file", "live", "lockfile", "store", "truncindex", "ui"].map((name) => ["packages", name]),
    ...["fixtures", "test-kit"].map((name) => ["tools", name]),
  ].map(([parent = "", name = ""]) => [
    `@stowage/${name}`,
    path.join(repositoryRoot, parent, name, "src/index.ts"),
  ]),
);
