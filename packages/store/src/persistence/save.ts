import { AtomicFileError, openWriteSet, type PreparedFile, writeFileAtomic } from "@stowage/atomic-file";
import type { HeldWriteLock, LastWrite } from "@stowage/lockfile";
import path from "node:path";
import { StowageError } from "../errors.ts";
import type { CommitStep } from "../model/commit-journal.ts";
import type { FilePlan } from "../records/piece-list.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { identityOf, removeJournal, writeJournal } from "./commit.ts";
import { folderOf, settle, twice } from "./disk.ts";
import type { FileImage } from "./file-image.ts";
import { ItemMove } from "./item-move.ts";
import type { ItemRemoval } from "./item-removal.ts";
import type { StorePaths } from "./paths.ts";
import { ensureStoreFolder } from "./store-folder.ts";
import type { Warn } from "./warn.ts";
import { reasonOf } from "./failures.ts";

/** What one save brings to disk. */
export interface Saving {
  readonly images: readonly FileImage[];
  /** The records that live in one of the two files. */
  readonly entriesIn: (isVolatile: boolean) => readonly RecordEntry[];
  /**
   * What a file gets again when another one could not be replaced: the records it had, but for those of deleted
   * containers. Undefined: it stays as it became, as a file that is mended had more in it than records.
   */
  readonly entriesBefore: ((image: FileImage) => readonly RecordEntry[]) | undefined;
  /** Items that appear before the records that speak of them; they are staged, and their owner undoes them. */
  readonly moves: readonly ItemMove[];
  /** Items that go away when no record speaks of them any more. */
  readonly leaving: readonly ItemRemoval[];
  /** Whether all must be there or nothing, also when the writer is killed between two files. */
  readonly isOneChange: boolean;
}

/** What a save came to. */
export interface Saved {
  readonly token: LastWrite;
  readonly recordsEncoded: number;
  readonly bytesEncoded: number;
  /** Of the written files, together. */
  readonly bytes: number;
}

/**
 * Replaces files of records by what the entries say, puts items in place, and
 * tells each file's image what it now has. All bytes are prepared, and for stable
 * files synced, before the token is written and the first file is renamed: a full
 * disk leaves everything as it was, the token too.
 *
 * The token comes before the renames: a crash between the two makes others
 * look, never miss a change. As containers/storage `save`.
 */
export async function saveFiles(
  paths: StorePaths,
  held: HeldWriteLock,
  saving: Saving,
  warn: Warn,
): Promise<Saved> {
  try {
    return await saveOnce(paths, held, saving, warn);
  } catch (error) {
    if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_MISSING_FOLDER") throw error;
    // Somebody removed the store's folder while it was open; containers/storage makes it anew, too.
    for (const image of saving.images) await ensureStoreFolder(folderOf(image.path));
    return await saveOnce(paths, held, saving, warn);
  }
}

async function saveOnce(
  paths: StorePaths,
  held: HeldWriteLock,
  { images, entriesIn, entriesBefore, moves, leaving, isOneChange }: Saving,
  warn: Warn,
): Promise<Saved> {
  const { stagingFolder } = held;
  const prepared: PreparedFile[] = [];
  const hasJournal = isOneChange && images.length + moves.length + leaving.length > 1;
  // A name may go from one file to the other. Were the old volatile file back after a loss of power (in a run folder
  // that survives one), it would take the name again from the stable container.
  const areStable = images.length > 1 || images.some((image) => !image.isVolatile);
  let token: LastWrite | undefined;
  let isJournaled = false;
  const beforeCommit = (): Promise<void> | undefined => {
    held.assertHeld();
    token = held.recordWrite();
    return hasJournal || moves.length > 0 ? putInPlace() : undefined;
  };
  const putInPlace = async (): Promise<void> => {
    if (hasJournal) {
      // The journal says what is in each place before, and what lies ready. A volatile file that was never synced could be
      // something else after a loss of power, and a name in the run folder gone: then nothing would be finished.
      if (areStable && images.some((image) => image.isVolatile)) await settle(paths.volatileFile);
      isJournaled = true;
      await writeJournal(
        paths,
        held,
        [...stepsOf(images, prepared, moves), ...leaving.map((each) => each.step())],
        areStable,
      );
    }
    await ItemMove.publishAll(moves, held);
  };
  const plans = images.map((image) => ({ image, plan: image.plan(entriesIn(image.isVolatile)) }));
  const options = { mode: 0o600, sync: areStable, stagingFolder, beforeCommit };
  const [only] = plans;
  if (only !== undefined && plans.length === 1 && !hasJournal) {
    // Nobody has to know where it lies meanwhile.
    await writeFileAtomic(only.image.path, only.plan.pieces, options);
  } else {
    await using set = openWriteSet(options);
    for (const { image, plan } of plans) prepared.push(await set.add(image.path, plan.pieces));
    try {
      await set.commit();
    } catch (error) {
      if (isJournaled) assertNotTakenOver(paths, held);
      // What is taken back must not be finished by the next one.
      if (isJournaled) await removeJournal(paths, held);
      throw await takenBack(held, { images, entriesBefore }, error);
    }
  }
  for (const { image, plan } of plans) image.adopt(plan);
  for (const each of leaving) {
    await twice(() => each.carryOut(held)).catch((error: unknown) => {
      warn(`${each.file}, of which no record speaks any more, could not be removed: ${reasonOf(error)}`);
    });
  }
  if (hasJournal) {
    await removeJournal(paths, held).catch((error: unknown) => {
      // Everything is in place, and whoever finds the journal sees that.
      warn(
        `the journal of a finished change in ${paths.dir} could not be removed (the next one will): ${reasonOf(error)}`,
      );
    });
  }
  const sum = (count: (plan: FilePlan) => number): number =>
    plans.reduce((all, { plan }) => all + count(plan), 0);
  return {
    token: token!,
    recordsEncoded: sum(({ encoded }) => encoded),
    bytesEncoded: sum(({ bytesEncoded }) => bytesEncoded),
    bytes: sum(({ size }) => size),
  };
}

/** @throws StowageError ERR_LOCK_COMPROMISED, with `mayBeDone`: whoever has the lock now finishes what the journal says */
function assertNotTakenOver({ dir }: StorePaths, held: HeldWriteLock): void {
  try {
    held.assertHeld();
  } catch (loss) {
    throw new StowageError(
      "ERR_LOCK_COMPROMISED",
      `the lock of ${dir} was lost while a change of several files was put in place. Whoever took it over may have ` +
        "finished that change: look at the store before you make it again",
      { path: dir, mayBeDone: true, cause: loss },
    );
  }
}

function stepsOf(
  images: readonly FileImage[],
  prepared: readonly PreparedFile[],
  moves: readonly ItemMove[],
): CommitStep[] {
  const files = images.map((image, at): CommitStep => {
    const { temporaryPath } = prepared[at]!;
    return {
      target: { file: image.isVolatile ? "volatile" : "stable" },
      from: path.basename(temporaryPath),
      before: identityOf(image.path),
      after: identityOf(temporaryPath),
    };
  });
  return [...moves.map((move) => move.step()), ...files];
}

/**
 * A name that goes from one file to the other must not be lost between them:
 * when only one of the files appeared, it gets its old records again. Resolves
 * to the error to be thrown; it names no file as appeared when all is as before.
 */
async function takenBack(
  held: HeldWriteLock,
  { images, entriesBefore }: Pick<Saving, "images" | "entriesBefore">,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_PARTIAL") return error;
  if (entriesBefore === undefined) return error;
  try {
    const { stagingFolder } = held;
    await using set = openWriteSet({ mode: 0o600, stagingFolder });
    for (const image of images.filter(({ path }) => error.appeared.includes(path))) {
      // Not adopted yet: the image still has what was read.
      await set.add(image.path, image.plan(entriesBefore(image)).pieces, { sync: !image.isVolatile });
    }
    held.assertHeld();
    await set.commit();
    return error.cause;
  } catch {
    // The first failure tells what is the matter, and which file appeared.
    return error;
  }
}
