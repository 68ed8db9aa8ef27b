import path from "node:path";
import { ensureFolder, folderOf, syncFolder, unless } from "./disk.ts";
import { lookAt } from "./look.ts";

/** A folder that may be passed through but not read cannot be opened, and so not synced; some file systems sync none. */
const CANNOT_SYNC = ["EACCES", "EPERM", "EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];

/**
 * Makes the folder of a store, and those above it, with mode 0700, so that they
 * survive a loss of power: a record is as safe as the folder it lies in.
 */
export async function ensureStoreFolder(folder: string): Promise<void> {
  const topmost = await ensureFolder(path.resolve(folder));
  if (topmost === undefined) return;
  const last = folderOf(topmost);
  for (let above = folderOf(path.resolve(folder)); ; above = folderOf(above)) {
    await unless(CANNOT_SYNC, syncFolder(above));
    if (above === last || above === folderOf(above)) return;
  }
}

/**
 * As `ensureStoreFolder`, for the folder of this file of records. Whoever made a
 * folder that has no such file yet may not have come to sync it, so we do.
 */
export async function ensureFolderOfRecords(file: string): Promise<void> {
  const folder = folderOf(file);
  await ensureStoreFolder(folder);
  if (lookAt(file) === undefined) await unless(CANNOT_SYNC, syncFolder(folderOf(folder)));
}
