import { LONGEST_FILE_NAME } from "./data-folder.ts";
import { isInscribed } from "./tombstone.ts";

/** What a name in a store's folders says that somebody has left there. */
export type Leftover = "temporary" | "set-aside" | "held" | "backup";

/** The beginnings of names that this store gives to what is on its way in or out; containers/storage leaves them alone. */
export const TEMPORARY_PREFIX = ".tmp-";
export const SET_ASIDE_PREFIX = ".stowage-removed-";
/** A folder of second names, by which an export holds items as they are. */
export const HELD_PREFIX = ".stowage-held-";
/** Says which files a writer is putting in place, while it does: see `CommitStep`. */
export const JOURNAL_FILE = ".stowage-commit.json";
/** A folder that says which containers are deleted, while the files of records cannot: see `Tombstone`. */
export const TOMBSTONE_FOLDER = ".stowage-tombstone";
/** Stands behind the name of a file that `repair` has kept a copy of, and before the time. */
export const BACKUP_MARK = ".stowage-backup-";

const VOLATILE_FILE = "volatile-containers.json";
const RECORD_FILES = ["containers.json", VOLATILE_FILE];

/** As write-file-atomic names its temporary files: the file, and a number. */
const NUMBERED = /^(.+)\.(\d{3,})$/s;

/**
 * What the name says. Temporary files have the shape of Go's and ours
 * (`.tmp-containers.json123`), or of write-file-atomic's: the name of a file
 * that belongs there, and a number.
 *
 * @param belongs whether a file of this name has its place in that folder
 */
export function leftoverKind(
  name: string,
  belongs: (name: string) => boolean = isRecordFile,
): Leftover | undefined {
  // A writer may be killed before the folder that it inscribed is a tombstone.
  if (name.startsWith(TEMPORARY_PREFIX) || isInscribed(name)) return "temporary";
  if (name.startsWith(SET_ASIDE_PREFIX)) return "set-aside";
  if (name.startsWith(HELD_PREFIX)) return "held";
  if (RECORD_FILES.some((file) => name.startsWith(file + BACKUP_MARK))) return "backup";
  const [, file] = NUMBERED.exec(name) ?? [];
  return file !== undefined && belongs(file) ? "temporary" : undefined;
}

/**
 * As `leftoverKind`, for a run folder: other programs keep things there, so that only names count
 * which writes of the volatile file leave.
 */
export function runFolderLeftover(name: string): Leftover | undefined {
  if (/^\.tmp-volatile-containers\.json[0-9a-f]+$/.test(name)) return "temporary";
  const kind = leftoverKind(name, (file) => file === VOLATILE_FILE);
  const isOurs = name.startsWith(`${VOLATILE_FILE}.`) && (kind === "temporary" || kind === "backup");
  return isOurs ? kind : undefined;
}

/**
 * Whether it may be an item of big data that a writer is bringing in at this
 * moment: such files are made before the lock is taken. All other temporary
 * files live only while their maker has the lock.
 */
export function mayBeOnItsWay(name: string): boolean {
  return /^\.tmp-[0-9a-f]{16}$/.test(name);
}

function isRecordFile(name: string): boolean {
  return RECORD_FILES.includes(name);
}

/** The name of a copy of a file: dated, in UTC, and fit for every file system; of a long name the beginning. */
export function backupName(file: string, date: Date, attempt: number): string {
  const stamp = date.toISOString().replaceAll(":", "").replaceAll("-", "");
  const end = `${BACKUP_MARK}${stamp}${attempt > 1 ? `-${attempt}` : ""}`;
  const characters = [...file];
  while (Buffer.byteLength(characters.join("")) > LONGEST_FILE_NAME - end.length) characters.pop();
  return characters.join("") + end;
}
