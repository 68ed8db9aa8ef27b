import { constants } from "node:fs";
import { copyFile, link } from "node:fs/promises";
import path from "node:path";
import { StowageError } from "../errors.ts";
import { backupName } from "../model/leftovers.ts";
import { folderOf, removeFile, unless } from "./disk.ts";
import { isVisible } from "./failures.ts";
import { setMode } from "./look.ts";

/**
 * Keeps a copy of a file that is about to be replaced, beside it and under a
 * dated name that nothing else has. Resolves to its path.
 *
 * The copy is a second name for the same file where the file system has such:
 * it takes no space, so that it can be made on a full disk, and it is there at
 * once. Nobody writes into the file afterwards: it is only ever replaced.
 */
export async function keepBackup(file: string, date: Date): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const backup = path.join(folderOf(file), backupName(path.basename(file), date, attempt));
    const made = await unless(["EEXIST"], secondName(file, backup));
    if (made !== undefined) return backup;
  }
}

/**
 * Runs a save that replaces these files, after a copy of each was kept. When the
 * save fails before any file was replaced the copies go again: the originals are
 * where they were. Resolves to what the save gave, and the copies' paths.
 *
 * @param keepTraces makes what else is to be kept, and resolves to its path
 */
export async function withBackups<T>(
  files: readonly string[],
  save: () => Promise<T>,
  keepTraces?: () => Promise<string | undefined>,
): Promise<{ saved: T; backups: readonly string[] }> {
  const backups: string[] = [];
  try {
    for (const file of files) backups.push(await keepBackup(file, new Date()));
    const traces = await keepTraces?.();
    if (traces !== undefined) backups.push(traces);
    return { saved: await save(), backups };
  } catch (error) {
    if (!mayBeReplaced(error)) for (const backup of backups) await removeFile(backup);
    throw error;
  }
}

/** Also by somebody else, who took over the lock and what was to be put in place. */
const mayBeReplaced = (error: unknown): boolean =>
  isVisible(error) || (error instanceof StowageError && error.details.mayBeDone === true);

/** Of mode 0600 whatever the file's own was: what was open to others by mistake is not kept so. */
async function secondName(file: string, backup: string): Promise<true> {
  await placeCopy(file, backup);
  await setMode(backup, 0o600);
  return true;
}

async function placeCopy(file: string, backup: string): Promise<true> {
  const linked = await unless(
    ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"],
    link(file, backup).then((): true => true),
  );
  if (linked === true) return true;
  await copyFile(file, backup, constants.COPYFILE_EXCL);
  return true;
}

/** What a user is told of a copy that was kept because of what nobody sees. */
export const unseenText = (backup: string): string =>
  `a record whose id another one has, or bytes behind the end of the list, were left out of the file; ${backup} has them`;
