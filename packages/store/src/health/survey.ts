import type { HeldLock } from "@stowage/lockfile";
import type { Container } from "../model/container.ts";
import path from "node:path";
import { isDataFolderName } from "../model/data-folder.ts";
import type { CheckProgress, Finding } from "../options.ts";
import { errnoOf, isRefused } from "../persistence/failures.ts";
import { mentionsOf } from "../persistence/mentions.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { isWithoutList, type RawFile, type RawStore, readRawStore } from "../persistence/raw-store.ts";
import { checkFile, checkToken } from "./check-files.ts";
import { checkRecords } from "./check-records.ts";
import { checkListing, listStore, type Listing, surroundingsOf } from "./check-store.ts";
import { finding } from "./findings.ts";
import type { Pace } from "../persistence/pace.ts";
import { type ScannedFile, scanFile } from "./scan-file.ts";
import { checkDeletion, isDeleted, lookForDeletion, type StandingDeletion } from "./standing-deletion.ts";

/** A store as it stood at one moment. */
export interface Survey {
  readonly raw: RawStore;
  readonly stable: ScannedFile;
  readonly volatile: ScannedFile;
  /** The containers as every program sees them after loading: of several with one id the first. */
  readonly containers: ReadonlyMap<string, Container>;
  readonly listing: Listing;
  readonly deletion: StandingDeletion | undefined;
  /** Ids of the other mode's volatile containers; undefined when that file cannot be read. */
  readonly otherIds: ReadonlySet<string> | undefined;
}

/** What has to be read under the lock. */
export interface Glance {
  readonly raw: RawStore;
  readonly listing: Listing;
  readonly deletion: StandingDeletion | undefined;
}

export async function glance(paths: StorePaths, held: HeldLock, pace: Pace): Promise<Glance> {
  const raw = await readRawStore(paths, held);
  return { raw, listing: await listStore(paths, held, pace), deletion: lookForDeletion(paths) };
}

/** Understands what was read; needs no lock. */
export async function survey(
  { raw, listing, deletion }: Glance,
  pace: Pace,
  onProgress: (progress: CheckProgress) => void,
): Promise<Survey> {
  const sizeOf = (file: ScannedFile["raw"] | undefined): number => file?.bytes?.length ?? 0;
  const total = sizeOf(raw.stable) + sizeOf(raw.volatile) + sizeOf(raw.otherVolatile);
  let before = 0;
  const scan = async (file: ScannedFile["raw"]): Promise<ScannedFile> => {
    // The tombstone says nothing of the other mode's file.
    const isGone = (id: string): boolean => file !== raw.otherVolatile && isDeleted(deletion, file, id);
    const scanned = await scanFile(file, raw.token.length > 0, isGone, pace, (bytes) =>
      onProgress({ done: before + bytes, total, what: "bytes" }),
    );
    before += sizeOf(file);
    return scanned;
  };
  const stable = await scan(raw.stable);
  const volatile = await scan(raw.volatile);
  const other = raw.otherVolatile === undefined ? undefined : await scan(raw.otherVolatile);
  const containers = new Map<string, Container>();
  for (const { entries, isDeleted: isGone } of [stable, volatile]) {
    for (const { container } of entries) {
      if (!containers.has(container.id) && !isGone(container.id)) containers.set(container.id, container);
    }
  }
  const otherIds =
    other?.isWhole === false ? undefined : new Set(other?.entries.map(({ container }) => container.id));
  return { raw, stable, volatile, containers, listing, deletion, otherIds };
}

/** Everything that is wrong but with the containers' data. @param now milliseconds since 1970 */
export async function checkSurvey(
  paths: StorePaths,
  { raw, stable, volatile, containers, listing, deletion, otherIds }: Survey,
  pace: Pace,
  now: number,
): Promise<Finding[]> {
  const missing = checkMissing(paths, stable, volatile, listing, otherIds);
  const knowsAll = stable.isWhole && volatile.isWhole && otherIds !== undefined && missing.length === 0;
  // What is left of those that are deleted goes when that is finished.
  const isKnown = (id: string): boolean =>
    containers.has(id) || otherIds?.has(id) === true || stable.isDeleted(id) || volatile.isDeleted(id);
  return [
    ...checkFile(stable),
    ...checkFile(volatile),
    ...checkOtherFolder(raw.otherVolatile),
    ...missing,
    ...checkDeletion(paths, deletion, [stable, volatile]),
    ...(await checkRecords(paths, [stable, volatile], pace)),
    ...checkToken(paths, raw.token, { ...surroundingsOf(listing), hasRecords: containers.size > 0 }, now),
    ...(await tellWhatIsKept(
      paths,
      checkListing(
        listing,
        paths.dir,
        { isKnown: knowsAll ? isKnown : undefined, hasDeletion: deletion !== undefined },
        now,
      ),
      pace,
    )),
  ];
}

/**
 * Something else in the place of the folder that the other mode keeps its volatile file in. What stands in the place of
 * that file itself is among those of the other mode.
 */
function checkOtherFolder(file: RawFile | undefined): Finding[] {
  if (typeof file?.problem !== "object" || errnoOf(file.problem.error) !== "ENOTDIR") return [];
  const folder = path.dirname(file.path);
  const text =
    `${folder} is no folder, so that nobody knows which containers the other mode of this store (transient or not) ` +
    "has: gc refuses";
  return [finding("CHECK_WRONG_KIND", text, { path: folder })];
}

/** Of orphaned folders says which of them `gc` keeps, and why. */
async function tellWhatIsKept(
  paths: StorePaths,
  findings: readonly Finding[],
  pace: Pace,
): Promise<Finding[]> {
  const idOf = ({ code, path: folder = "" }: Finding): string[] =>
    code === "CHECK_FOLDER_ORPHANED" ? [path.basename(folder)] : [];
  const mentions = await mentionsOf(paths, new Set(findings.flatMap(idOf)), pace).catch((error: unknown) => {
    // `gc` says what it cannot read, and keeps all.
    if (!isRefused(error)) throw error;
    return new Map<string, string>();
  });
  return findings.map((found) => {
    const place = mentions.get(idOf(found)[0] ?? "");
    if (place === undefined) return found;
    return { ...found, message: `${found.message}; gc keeps it for as long as ${place} speaks of it` };
  });
}

/** Folders of containers, and no file that could say whose: all records are gone. */
function checkMissing(
  { stableFile, transient }: StorePaths,
  { raw, isWhole }: ScannedFile,
  volatile: ScannedFile,
  { folders }: Listing,
  otherIds: ReadonlySet<string> | undefined,
): Finding[] {
  // A transient store has volatile containers only, and folders of those that a restart took.
  const isGone = !transient && isWhole && isWithoutList(raw.bytes);
  if (!isGone || !volatile.isWhole) return [];
  const owned = new Set(volatile.entries.map(({ container }) => container.id));
  const left = folders.filter(
    (name) => isDataFolderName(name) && !owned.has(name) && otherIds?.has(name) !== true,
  ).length;
  if (left === 0) return [];
  const text =
    `${stableFile} ${raw.bytes === undefined ? "is missing" : "holds no list of containers"}, although the store ` +
    `has ${left === 1 ? "a folder of a container" : `folders of ${left} containers`}`;
  return [finding("CHECK_FILE_MISSING", text, { path: stableFile })];
}
