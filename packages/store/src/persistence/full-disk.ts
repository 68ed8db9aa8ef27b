import { AtomicFileError } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import path from "node:path";
import type { Tombstone } from "../model/tombstone.ts";
import { freeBytes, isRealFolder } from "./disk.ts";
import { isNoSpace, lossOf } from "./failures.ts";
import { bytesIn } from "./garbage.ts";
import { lookAt } from "./look.ts";
import type { StorePaths } from "./paths.ts";
import type { Removal } from "./removal.ts";
import { notRecorded } from "./session-errors.ts";
import { clear, erect } from "./tombstone.ts";

/** A save, and what may be given up for it. */
export interface Deletion {
  readonly ids: Tombstone["ids"];
  /** The data folders of the containers. */
  readonly removals: readonly Removal[];
  /** Bytes that the files of records will have. */
  readonly needed: () => number;
  /** Told when the tombstone is there. */
  readonly hold: () => void;
  /** Takes the tombstone away, too, when it succeeds. */
  readonly save: () => Promise<void>;
}

/**
 * A full disk may have no room for the new files of records while the old ones
 * are there. Then the data of containers that are deleted goes before their records
 * do, and the save is tried once more: deleting must work on a full disk. The
 * tombstone makes the deletion hold meanwhile, whatever comes of the save.
 *
 * @param refusal why the first save failed; thrown when nothing was given up
 */
export async function saveAfterDeleting(
  paths: StorePaths,
  held: HeldWriteLock,
  { ids, removals, needed, hold, save }: Deletion,
  refusal: unknown,
): Promise<void> {
  const bearer = await findBearer(paths, removals);
  if (bearer === undefined || lookAt(paths.tombstone) !== undefined) throw refusal;
  // Data is not given up for a save that would fail all the same.
  let available = await freeBytes(paths.dir);
  for (const { folder } of removals) available += await bytesIn(folder);
  if (available < needed()) throw refusal;
  const isErected = await erect(paths, held, { ids, bearer }).catch((error: unknown) => {
    throw isNoSpace(error) ? refusal : error;
  });
  if (!isErected) throw refusal;
  hold();
  try {
    await clear(paths, held);
    for (const removal of removals) await removal.freeSpace(held);
    await save();
  } catch (error) {
    if (isRecorded(paths, error)) throw error;
    // Without the lock what fails is mostly that the files of this writer were taken away.
    throw notRecorded(paths, lossOf(held) ?? error);
  }
}

/** Whether the records are there, if not for certain. A journal alone is taken back, and the tombstone counts. */
const isRecorded = ({ stableFile, volatileFile }: StorePaths, error: unknown): boolean =>
  error instanceof AtomicFileError &&
  error.code === "ERR_ATOMIC_DURABILITY" &&
  error.appeared.some((file) => file === stableFile || file === volatileFile);

/** The id of a container that has a data folder. What is collected as garbage at the same time may be no container's. */
async function findBearer(paths: StorePaths, removals: readonly Removal[]): Promise<string | undefined> {
  for (const { folder } of removals) {
    const id = path.basename(folder);
    if (paths.dataFolder(id) === folder && (await isRealFolder(folder)) === true) return id;
  }
  return undefined;
}
