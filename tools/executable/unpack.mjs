import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { cacheFolder, isOurs } from "@stowage/build/cache-folder";

/**
 * Puts files where they can be loaded: into the user's cache folder, once for these contents, or, where there is none
 * that only this user can write to, into a folder for this run. A native addon can be loaded from a file only.
 * @param digest of all the contents: names the folder
 * @param names of the files, relative
 * @param read gives the bytes of one
 */
export function unpack(digest, names, read, env) {
  const cache = cacheFolder("program", env);
  const kept = cache === undefined ? undefined : path.join(cache, digest);
  if (kept !== undefined && isOurs(kept)) return { folder: kept, isForThisRunOnly: false };
  const made = mkdtempSync(path.join(cache ?? tmpdir(), ".unpacking-"));
  const remove = () => rmSync(made, { recursive: true, force: true });
  try {
    for (const name of names) {
      const file = path.join(made, name);
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, new Uint8Array(read(name)), { mode: 0o600 });
    }
    if (kept === undefined || !renamed(made, kept)) return { folder: made, isForThisRunOnly: true, remove };
    return { folder: kept, isForThisRunOnly: false };
  } catch (error) {
    remove();
    throw error;
  }
}

/** False when something is in the way that is not ours; another run may have been faster, and what it made is the same. */
function renamed(made, kept) {
  try {
    renameSync(made, kept);
    return true;
  } catch {
    if (!isOurs(kept)) return false;
    rmSync(made, { recursive: true, force: true });
    return true;
  }
}
