import path from "node:path";
import type { Container } from "../model/container.ts";
import { leftoverKind } from "../model/leftovers.ts";
import type { Finding } from "../options.ts";
import { isRefused, reasonOf } from "../persistence/failures.ts";
import { entriesOf, lookAt } from "../persistence/look.ts";
import type { Pace } from "../persistence/pace.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { checkMode } from "./check-modes.ts";
import { finding, quoted } from "./findings.ts";

/** What is wrong with a container's own folder, its items apart. A container without items needs none. */
export async function checkFolder(paths: StorePaths, container: Container, pace: Pace): Promise<Finding[]> {
  const { id } = container;
  const folder = paths.dataFolder(id);
  if (folder === undefined) return [];
  const stats = lookAt(folder);
  if (stats === undefined) return [];
  const place = { path: folder, id };
  if (stats.isSymbolicLink()) {
    return [
      finding("CHECK_LINK", `the folder of container ${quoted(id)} is a symbolic link: ${folder}`, place),
    ];
  }
  if (!stats.isDirectory()) {
    const text = `something else lies in the place of the folder of container ${quoted(id)}: ${folder}`;
    return [finding("CHECK_WRONG_KIND", text, place)];
  }
  const findings: Finding[] = checkMode(folder, stats, "folder").map((mode) => ({ ...mode, id }));
  try {
    const files = paths.itemFiles(container);
    for (const inner of innerFolders(folder, files)) {
      const at = lookAt(inner);
      // Items say what else is in the way to them.
      if (at?.isDirectory() !== true) continue;
      findings.push(...checkMode(inner, at, "folder").map((mode) => ({ ...mode, id })));
    }
    for await (const file of temporaryFiles(folder, files, pace)) {
      const text = `a write was cut short and left ${file}`;
      findings.push(finding("CHECK_FILE_TEMPORARY", text, { path: file, id }));
    }
  } catch (error) {
    if (!isRefused(error)) throw error;
    const text = `the folder of container ${quoted(id)} cannot be read: ${reasonOf(error)}`;
    findings.push(finding("CHECK_FOLDER_UNREADABLE", text, place));
  }
  return findings;
}

async function* temporaryFiles(
  folder: string,
  files: ReadonlySet<string>,
  pace: Pace,
): AsyncGenerator<string> {
  for (const entry of entriesOf(folder)) {
    if (pace.isOver) await pace.rest();
    const file = path.join(folder, entry.name);
    // A key may well be named like a temporary file.
    if (!entry.isFile() || files.has(file)) continue;
    if (leftoverKind(entry.name, (name) => files.has(path.join(folder, name))) === "temporary") yield file;
  }
}

/** The folders in a container's own that lead to items: the file of a key may have slashes in its name. */
function innerFolders(folder: string, files: Iterable<string>): Set<string> {
  const inner = new Set<string>();
  for (const file of files) {
    for (let at = path.dirname(file); at.length > folder.length && !inner.has(at); at = path.dirname(at))
      inner.add(at);
  }
  return inner;
}
