import { writeFileAtomic } from "@stowage/atomic-file";
import path from "node:path";
import { isDataFolderName } from "../model/data-folder.ts";
import { backupName } from "../model/leftovers.ts";
import { entriesOf, lookAt } from "./look.ts";
import type { StorePaths } from "./paths.ts";

/**
 * Writes down whose folders are there while no record speaks of them, before a
 * file of records takes the place of one that was removed or broken: those
 * containers' folders would look like any orphans afterwards. For as long as the
 * list is there `gc` keeps them, as with the copies that `repair` keeps.
 *
 * Resolves to the path of the list; undefined when there is no such folder.
 *
 * @param isKnown whether a container has that id
 */
export async function keepListOfFolders(
  { dir, stableFile }: StorePaths,
  isKnown: (id: string) => boolean,
): Promise<string | undefined> {
  const ids: string[] = [];
  for (const entry of entriesOf(dir)) {
    if (entry.isDirectory() && isDataFolderName(entry.name) && !isKnown(entry.name)) ids.push(entry.name);
  }
  if (ids.length === 0) return undefined;
  const place = freeName(stableFile);
  await writeFileAtomic(place, JSON.stringify(ids), { mode: 0o600 });
  return place;
}

/** Nobody else makes such names while the lock is held. */
function freeName(file: string): string {
  for (let attempt = 1; ; attempt += 1) {
    const place = path.join(path.dirname(file), backupName(path.basename(file), new Date(), attempt));
    if (lookAt(place) === undefined) return place;
  }
}

/** What a user is told then. */
export const tracesText = (file: string, list: string): string =>
  `${file} held no list, although folders of containers are there; it begins anew. ` +
  `${list} lists the folders, and gc keeps them while it is there`;
