import { lstatSync, mkdirSync } from "node:fs";
import path from "node:path";

/**
 * A folder of the program's in the user's cache folder, for what is run from there: `stowage/NAME`. It is made where it
 * is missing. Undefined where there is no place in which nobody else could put files for us to run.
 */
export function cacheFolder(name, { XDG_CACHE_HOME: cacheHome = "", HOME: home = "" }) {
  const base = path.isAbsolute(cacheHome)
    ? cacheHome
    : path.isAbsolute(home)
      ? path.join(home, ".cache")
      : "";
  if (base === "") return undefined;
  const folder = path.join(base, "stowage", name);
  try {
    // Nearly always it is there: one look, as this stands before everything else that a command does.
    if (isOurs(folder)) return folder;
    for (const level of [base, path.dirname(folder), folder]) mkdirUnlessThere(level);
    return isOurs(folder) ? folder : undefined;
  } catch {
    // No home, or none to be written to.
    return undefined;
  }
}

/** Whether it is a folder of this user into which nobody else can write. */
export function isOurs(folder) {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.geteuid?.() && (found.mode & 0o077) === 0;
}

function mkdirUnlessThere(folder) {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) mkdirSync(folder, { mode: 0o700 });
}
