import { constants } from "node:fs";
import { copyFile, link } from "node:fs/promises";
import path from "node:path";
import { backupName } from "../model/leftovers.ts";
import { folderOf, unless } from "./disk.ts";

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

async function secondName(file: string, backup: string): Promise<true> {
  const linked = await unless(
    ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"],
    link(file, backup).then((): true => true),
  );
  if (linked === true) return true;
  await copyFile(file, backup, constants.COPYFILE_EXCL);
  return true;
}
