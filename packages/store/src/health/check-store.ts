import { isId } from "@stowage/truncindex";
import type { HeldLock } from "@stowage/lockfile";
import type { Stats } from "node:fs";
import path from "node:path";
import { isDataFolderName } from "../model/data-folder.ts";
import { JOURNAL_FILE, leftoverKind, mayBeOnItsWay, TOMBSTONE_FOLDER } from "../model/leftovers.ts";
import type { Finding } from "../options.ts";
import { entriesOf, lookAt } from "../persistence/look.ts";
import type { Pace } from "../persistence/pace.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { runFolderEntries } from "../persistence/run-folder.ts";
import { checkMode, type ModeOf } from "./check-modes.ts";
import type { TokenSurroundings } from "./check-files.ts";
import { finding, type FindingCode } from "./findings.ts";

/** Something that stands in the store's folder, or in the run folder. */
interface Entry {
  readonly path: string;
  readonly name: string;
  readonly stats: Stats;
}

/** The store's folder as it stood at one moment; folders that are named like a container's are only named. */
export interface Listing {
  readonly folders: readonly string[];
  readonly others: readonly Entry[];
  /** The store's own files, wherever they live. */
  readonly own: readonly (Entry & { readonly what: ModeOf })[];
  readonly otherMode: readonly Entry[];
}

/** Lists the folders of a store; with the lock held, so that all is from one moment. */
export async function listStore(paths: StorePaths, _held: HeldLock, pace: Pace): Promise<Listing> {
  const folders: string[] = [];
  const others: Entry[] = [];
  for (const entry of entriesOf(paths.dir)) {
    if (pace.isOver) await pace.rest();
    if (entry.isDirectory()) {
      folders.push(entry.name);
      continue;
    }
    const at = entryAt(path.join(paths.dir, entry.name));
    if (at !== undefined) others.push(at);
  }
  for (const { name } of runFolderEntries(paths)) {
    const at = entryAt(path.join(paths.volatileDir!, name));
    if (at !== undefined) others.push(at);
  }
  const own: (Entry & { what: ModeOf })[] = [];
  const places: [string, ModeOf][] = [
    [paths.dir, "folder"],
    [paths.stableFile, "file"],
    [paths.volatileFile, "file"],
    [paths.lockFile, "lock"],
  ];
  if (paths.volatileDir !== undefined) places.push([paths.volatileDir, "run"]);
  for (const [place, what] of places) {
    const at = entryAt(place);
    if (at !== undefined) own.push({ ...at, what });
  }
  const otherMode: Entry[] = [];
  const other = paths.otherMode;
  for (const place of other === undefined ? [] : [other.volatileFile, other.lockFile]) {
    const at = entryAt(place);
    if (at !== undefined) otherMode.push(at);
  }
  return { folders, others, own, otherMode };
}

/** The lock file and the files of records, as far as they are there. */
export function surroundingsOf({ own }: Listing): Pick<TokenSurroundings, "lock" | "records"> {
  const records = own.filter(({ what }) => what === "file");
  return {
    lock: own.find(({ what }) => what === "lock")?.stats ?? { size: 0, mtimeMs: 0 },
    records: records.map(({ path: place, stats: { mtimeMs } }) => ({ path: place, mtimeMs })),
  };
}

function entryAt(place: string): Entry | undefined {
  const stats = lookAt(place);
  return stats === undefined ? undefined : { path: place, name: path.basename(place), stats };
}

/** What is known of a store beside what stands in its folder. */
export interface Known {
  /** Whether a container has that id; undefined when not all ids are known. */
  readonly isKnown: IsKnown;
  /** Whether the tombstone is one of ours: it is told of elsewhere. */
  readonly hasDeletion: boolean;
}

/**
 * What is wrong with what stands in the store's folder.
 *
 * @param now milliseconds since 1970
 */
export function checkListing(listing: Listing, dir: string, known: Known, now: number): Finding[] {
  const findings: Finding[] = [];
  for (const { path: place, stats, what } of listing.own) {
    // Links and worse in these places are found by whoever opens them.
    const isRight = what === "folder" || what === "run" ? stats.isDirectory() : stats.isFile();
    if (isRight) findings.push(...checkMode(place, stats, what));
  }
  for (const { path: place } of listing.otherMode) {
    const text = `${place} belongs to the other mode of this store: who uses that is not excluded by this one's lock`;
    findings.push(finding("CHECK_OTHER_MODE_FILE", text, { path: place }));
  }
  for (const name of listing.folders) findings.push(...checkFolderHere(dir, name, known, now));
  for (const entry of listing.others) findings.push(...checkOther(entry, known.isKnown, now));
  return findings;
}

type IsKnown = ((id: string) => boolean) | undefined;

function checkFolderHere(dir: string, name: string, { isKnown, hasDeletion }: Known, now: number): Finding[] {
  const place = path.join(dir, name);
  const found = (code: FindingCode, text: string): Finding => finding(code, text, { path: place });
  if (name === JOURNAL_FILE) {
    return [
      found(
        "CHECK_WRONG_KIND",
        `${place} is a folder, in the place of the journal of changes: some changes will fail`,
      ),
    ];
  }
  if (name === TOMBSTONE_FOLDER) {
    if (hasDeletion) return [];
    return [
      found(
        "CHECK_WRONG_KIND",
        `${place} is a folder of somebody else, in a place of the store's own: containers may not be deleted on a full disk`,
      ),
    ];
  }
  switch (leftoverKind(name)) {
    case "set-aside":
      return [found("CHECK_FOLDER_SET_ASIDE", `a deletion was cut short and left ${place}`)];
    case "held": {
      const stats = lookAt(place);
      if (stats?.isDirectory() !== true) return [];
      const modes = checkMode(place, stats, "folder");
      if (now - stats.mtimeMs < DAY) return modes;
      return [...modes, found("CHECK_FOLDER_SET_ASIDE", `an export was cut short and left ${place}`)];
    }
    default: {
      if (!isDataFolderName(name) || isKnown?.(name) !== false) return [];
      const code = isId(name) ? "CHECK_FOLDER_ORPHANED" : "CHECK_FOLDER_UNKNOWN";
      return [found(code, `the folder ${place} belongs to no container`)];
    }
  }
}

/** What is no folder: a link, a file, or something stranger. */
function checkOther({ path: place, name, stats }: Entry, isKnown: IsKnown, now: number): Finding[] {
  const found = (code: FindingCode, text: string): Finding => finding(code, text, { path: place });
  if (PLACES_OF_OURS.has(name) && (!stats.isFile() || name !== JOURNAL_FILE)) {
    const [code, what] = stats.isSymbolicLink()
      ? (["CHECK_LINK", "a symbolic link"] as const)
      : (["CHECK_WRONG_KIND", "something else"] as const);
    return [found(code, `${place} is ${what} in the place of something of the store's own`)];
  }
  // That of a container, or of one of the store's files, is found where that is looked at.
  if (stats.isSymbolicLink() && isDataFolderName(name) && isKnown?.(name) === false) {
    return [
      found("CHECK_LINK", `${place} is a symbolic link, which could be taken for a container's folder`),
    ];
  }
  if (!stats.isFile()) return [];
  if (name === JOURNAL_FILE) {
    const text = `a writer was killed while it put files in place, and left ${place}`;
    return [...checkMode(place, stats, "file"), found("CHECK_COMMIT_UNFINISHED", text)];
  }
  switch (leftoverKind(name)) {
    case "backup":
      return checkMode(place, stats, "file");
    case "temporary": {
      if (isBeingWritten(name, stats, now)) return [];
      const text = `a write was cut short and left ${place} (${stats.size} bytes)`;
      return [found("CHECK_FILE_TEMPORARY", text)];
    }
    default:
      return [];
  }
}

/** Where portable locks lie: see docs/locking.md. */
const PORTABLE_FOLDER = "containers.lock.portable";
const PLACES_OF_OURS: ReadonlySet<string> = new Set([JOURNAL_FILE, PORTABLE_FOLDER, TOMBSTONE_FOLDER]);

/** As garbage collection has it, in milliseconds. */
const DAY = 24 * 60 * 60 * 1000;

/** How long a big data item may take between two pieces, in milliseconds, before it counts as abandoned. */
const PATIENCE = 60 * 60 * 1000;

function isBeingWritten(name: string, stats: Stats, now: number): boolean {
  return mayBeOnItsWay(name) && now - stats.mtimeMs < PATIENCE;
}
