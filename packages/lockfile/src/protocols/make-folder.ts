import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { systemCode } from "../errors.ts";

/** How often a folder above is made that others remove, or that says it is not there, before giving up. */
const tries = 10;

/**
 * Makes a folder, and those above it, with mode 0700. One that is there is left as it is, also when others make it at
 * the same moment.
 *
 * Not `recursive` of Node's, which tries for ever where a folder that is there takes
 * none and says ENOENT, as in /proc or where folders are mounted when they are used.
 */
export function makeFolder(folder: string): void {
  for (let attempt = 1; ; attempt += 1) {
    try {
      mkdirSync(folder, { mode: 0o700 });
      return;
    } catch (error) {
      if (isFolder(folder)) return;
      if (systemCode(error) !== "ENOENT" || attempt === tries) throw error;
      makeFolder(path.dirname(folder));
    }
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
