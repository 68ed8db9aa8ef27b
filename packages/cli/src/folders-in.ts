import { readdirSync } from "node:fs";

/** Names of the folders inside `root`. */
export function foldersIn(root: string): readonly string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
  } catch {
    // No folder, or none that may be read: then no store is found in it, and that is what is told.
    return [];
  }
}
