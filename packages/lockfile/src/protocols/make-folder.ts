import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { systemCode } from "../errors.ts";

/**
 * Makes a folder, and those above it, with mode 0700. One that is there is left as it is.
 *
 * Not `recursive` of Node's, which tries for ever where a folder that is there takes
 * none and says ENOENT, as in /proc or where folders are mounted when they are used.
 */
export function makeFolder(folder: string): void {
  if (madeOne(folder)) return;
  makeFolder(path.dirname(folder));
  // Somebody may have made it meanwhile.
  if (!isFolder(folder)) mkdirSync(folder, { mode: 0o700 });
}

/** False when the folder above is what is missing. */
function madeOne(folder: string): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    if (isFolder(folder)) return true;
    if (systemCode(error) !== "ENOENT" || isFolder(path.dirname(folder))) throw error;
    return false;
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}
