import { AtomicFileError, openWriteSet } from "@stowage/atomic-file";
import type { HeldWriteLock, LastWrite } from "@stowage/lockfile";
import type { RecordEntry } from "../records/record-entry.ts";
import { folderOf } from "./disk.ts";
import type { FileImage } from "./file-image.ts";
import { ensureStoreFolder } from "./store-folder.ts";

/**
 * Replaces files of records by what the entries say, and tells each file's
 * image what it now has. All bytes are prepared, and for stable files synced,
 * before the token is written and the first file is renamed: a full disk leaves
 * everything as it was, the token too.
 *
 * The token comes before the renames: a crash between the two makes others
 * look, never miss a change. As containers/storage `save`.
 */
export async function saveFiles(
  held: HeldWriteLock,
  images: readonly FileImage[],
  entries: readonly RecordEntry[],
): Promise<LastWrite> {
  try {
    return await saveOnce(held, images, entries);
  } catch (error) {
    if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_MISSING_FOLDER") throw error;
    // Somebody removed the store's folder while it was open; containers/storage makes it anew, too.
    for (const image of images) await ensureStoreFolder(folderOf(image.path));
    return await saveOnce(held, images, entries);
  }
}

/**
 * A name that goes from one file to the other must not be lost between them:
 * when only one of the files appeared, it gets its old records again. Resolves
 * to the error to be thrown; it names no file as appeared when all is as before.
 */
async function takenBack(
  held: HeldWriteLock,
  images: readonly FileImage[],
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_PARTIAL") return error;
  try {
    const { stagingFolder } = held;
    await using set = openWriteSet({ mode: 0o600, stagingFolder });
    for (const image of images.filter(({ path }) => error.appeared.includes(path))) {
      // Not adopted yet: the image still has what was read.
      await set.add(image.path, image.plan(image.entries).pieces, { sync: !image.isVolatile });
    }
    held.assertHeld();
    await set.commit();
    return error.cause;
  } catch {
    // The first failure tells what is the matter, and which file appeared.
    return error;
  }
}

async function saveOnce(
  held: HeldWriteLock,
  images: readonly FileImage[],
  entries: readonly RecordEntry[],
): Promise<LastWrite> {
  const { stagingFolder } = held;
  await using set = openWriteSet({ mode: 0o600, stagingFolder });
  const plans = images.map((image) => ({ image, plan: image.plan(entries) }));
  // A name may go from one file to the other. Were the old volatile file back after a loss of power (in a run folder
  // that survives one), it would take the name again from the stable container.
  const both = images.length > 1;
  for (const { image, plan } of plans) {
    await set.add(image.path, plan.pieces, { sync: both || !image.isVolatile });
  }
  held.assertHeld();
  const token = held.recordWrite();
  await set.commit().catch(async (error: unknown) => {
    throw await takenBack(held, images, error);
  });
  for (const { image, plan } of plans) image.adopt(plan);
  return token;
}
