import { writeFileAtomic } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import { lstatSync, readFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import path from "node:path";
import {
  type CommitStep,
  decodeJournal,
  encodeJournal,
  type FileIdentity,
  NO_FILE,
} from "../model/commit-journal.ts";
import {
  ensureItemFolders,
  folderOf,
  moveAside,
  removeFile,
  syncFolder,
  twice,
  uniqueName,
  unless,
} from "./disk.ts";
import { isNothing, lookAt, openCarefully } from "./look.ts";
import { Pace } from "./pace.ts";
import { type StorePaths, TEMPORARY_PREFIX } from "./paths.ts";

/*
 * A change may touch several files, and no system renames two in one step. So a
 * journal of all of them is put beside them first: that is the moment in which
 * the change is made. A writer that is killed afterwards has its work finished by
 * the next one of ours; see docs/decisions/0005-commit-journal.md.
 */

/** No journal of ours is larger; one that claims more is not read into memory. In bytes. */
const LARGEST = 64 * 1024 * 1024;

/** What is in a place now. */
export function identityOf(file: string): FileIdentity {
  try {
    const stats = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    return stats === undefined ? NO_FILE : `${stats.ino}:${stats.size}:${stats.mtimeNs}`;
  } catch (error) {
    if (isNothing(error)) return NO_FILE;
    throw error;
  }
}

/**
 * Whether a commit was begun and not finished; a look without the lock may find
 * one that is under way. What is no regular file is nobody's journal.
 */
export function hasJournal(paths: StorePaths): boolean {
  return lookAt(paths.journalFile)?.isFile() === true;
}

/** @param sync whether the commit must be whole after a loss of power, too */
export async function writeJournal(
  paths: StorePaths,
  held: HeldWriteLock,
  steps: readonly CommitStep[],
  sync: boolean,
): Promise<void> {
  const { stagingFolder } = held;
  const beforeCommit = (): void => held.assertHeld();
  await writeFileAtomic(paths.journalFile, encodeJournal(steps), {
    mode: 0o600,
    sync,
    stagingFolder,
    beforeCommit,
  });
}

/** The commit is finished, or taken back. */
export async function removeJournal(paths: StorePaths, held: HeldWriteLock): Promise<void> {
  // One failing call must not leave it: whoever comes next would have to look at all that it names.
  await twice(() => takeAway(paths.journalFile, held));
}

/**
 * Removes a file; a writer that has lost its lock removes nothing, as its
 * staging folder is gone.
 */
export async function takeAway(file: string, { stagingFolder }: HeldWriteLock): Promise<void> {
  if (stagingFolder === undefined) return await removeFile(file);
  const aside = path.join(stagingFolder, uniqueName(TEMPORARY_PREFIX));
  if (moveAside(file, aside)) await removeFile(aside);
}

/**
 * Finishes what a killed writer has begun. Where that cannot be done any more
 * (a program that knows no journal has written since) the files stay as they
 * are, each of them whole, and `check` compares them.
 *
 * @throws what the system says; the next one tries again
 */
export async function finishCommit(paths: StorePaths, held: HeldWriteLock): Promise<void> {
  if (!hasJournal(paths)) return;
  const steps = readJournal(paths);
  const rest = steps === undefined ? undefined : await restOf(paths, held, steps);
  if (rest !== undefined) {
    held.assertHeld();
    for (const step of rest.steps) await carryOut(step, held);
    for (const folder of rest.folders) await unless(["ENOENT"], syncFolder(folder));
    // Whoever has read the store half changed must read it again.
    held.recordWrite();
  }
  await removeJournal(paths, held);
}

/** What is left to be done, and the folders in which something was. */
interface Rest {
  readonly steps: readonly Placed[];
  readonly folders: ReadonlySet<string>;
}

/**
 * Undefined when it cannot be done, or is nothing that one of ours has written.
 * A stranger's journal may have very many steps, so that others run in between.
 */
async function restOf(
  paths: StorePaths,
  held: HeldWriteLock,
  all: readonly CommitStep[],
): Promise<Rest | undefined> {
  const pace = new Pace(undefined);
  const steps: Placed[] = [];
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const each of all) {
    if (pace.isOver) await pace.rest();
    const step = placed(paths, held, each);
    if (step === undefined || files.has(step.file)) return undefined;
    files.add(step.file);
    folders.add(folderOf(step.file));
    const now = identityOf(step.file);
    if (now === step.after || isGone(step, now)) continue;
    if (!isReady(step, now)) return undefined;
    steps.push(step);
  }
  return { steps, folders };
}

/** A step with the paths that it is about. */
interface Placed extends CommitStep {
  readonly folders: readonly string[];
  readonly file: string;
  readonly source: string | undefined;
}

/** Undefined for a step that leads to no file of a store: nobody of ours has written it. */
function placed(paths: StorePaths, held: HeldWriteLock, step: CommitStep): Placed | undefined {
  const { target, from } = step;
  const isVolatile = target.file === "volatile";
  const staging = held.stagingFolder ?? (isVolatile ? folderOf(paths.volatileFile) : paths.dir);
  const source = from === undefined ? undefined : path.join(staging, from);
  if (target.file !== "item") {
    return { ...step, folders: [], file: isVolatile ? paths.volatileFile : paths.stableFile, source };
  }
  if (!paths.hasDataFile(target.id, target.key)) return undefined;
  const { folders, file } = paths.dataFile(target.id, target.key, false);
  for (const folder of folders) {
    const there = lookAt(folder);
    if (there?.isDirectory() === false) return undefined;
    if (there === undefined) break;
  }
  return { ...step, folders, file, source };
}

/** @param now what is in the step's place */
const isReady = ({ before, after, source }: Placed, now: FileIdentity): boolean =>
  now === before && (source === undefined || identityOf(source) === after);

/** Volatile records may be gone after a loss of power, mostly with the run folder they lay in; the rest is still to be done. */
const isGone = ({ target, source }: Placed, now: FileIdentity): boolean =>
  target.file === "volatile" && now === NO_FILE && source !== undefined && identityOf(source) === NO_FILE;

async function carryOut({ folders, file, source }: Placed, held: HeldWriteLock): Promise<void> {
  if (source !== undefined) {
    await ensureItemFolders(folders);
    return await rename(source, file);
  }
  // Only through real folders; where one is missing, the file is, too.
  if (folders.every((folder) => lookAt(folder)?.isDirectory() === true)) await takeAway(file, held);
}

function readJournal(paths: StorePaths): CommitStep[] | undefined {
  const opened = openCarefully([], paths.journalFile);
  if (!("file" in opened)) {
    if (opened.problem === "unreadable") throw opened.error;
    return undefined;
  }
  const { file } = opened;
  try {
    return file.stats.size > LARGEST ? undefined : decodeJournal(readFileSync(file.fd, "utf8"));
  } finally {
    file.close();
  }
}

/**
 * The files of a commit that a portable writer has begun and cannot finish, as
 * its lock was taken over: they go from its folder, `left`, into the new one's.
 */
export async function inheritCommit(paths: StorePaths, left: string, folder: string): Promise<void> {
  const pace = new Pace(undefined);
  for (const { from } of readJournal(paths) ?? []) {
    if (pace.isOver) await pace.rest();
    if (from !== undefined) moveAside(path.join(left, from), path.join(folder, from));
  }
}
