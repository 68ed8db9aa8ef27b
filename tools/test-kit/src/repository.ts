import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the clone. */
export const repositoryRoot: string = path.resolve(fileURLToPath(import.meta.url), "../../../..");

/** The sources that stand behind the names of the workspace's packages, so that tests need no build. */
export const workspaceSources: ReadonlyMap<string, string> = new Map(
  ["atomic-file", "lockfile", "store", "truncindex"]
    .map((name): [string, string] => [
      `@stowage/${name}`,
      path.join(repositoryRoot, "packages", name, "src/index.ts"),
    ])
    .concat([["@stowage/test-kit", path.join(repositoryRoot, "tools/test-kit/src/index.ts")]]),
);
