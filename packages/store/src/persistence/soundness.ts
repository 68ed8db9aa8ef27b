import type { HeldLock, HeldWriteLock, LockFile } from "@stowage/lockfile";
import { openLockFile } from "@stowage/lockfile";
import { decodeFile } from "../codec/decode-file.ts";
import { StowageError } from "../errors.ts";
import { asStowageError, errnoOf } from "./failures.ts";
import { lookAt } from "./look.ts";
import type { StorePaths } from "./paths.ts";
import { isWithoutList, readOtherVolatile, readStable } from "./raw-store.ts";

/**
 * Makes sure that what no record mentions is nobody's, before something is
 * removed for good.
 *
 * @param hasOrphans whether there are folders that would be removed
 * @throws StowageError ERR_STORE_DAMAGED when the files of records are gone while
 * folders of containers are there; ERR_STORE_OTHER_MODE when the other mode,
 * transient or not, has containers
 */
export async function assertAllKnown(paths: StorePaths, _held: HeldLock, hasOrphans: boolean): Promise<void> {
  // A transient store has volatile containers only, and folders of those that a restart took.
  const stable = hasOrphans && !paths.transient ? await readStable(paths) : undefined;
  if (typeof stable?.problem === "object") throw asStowageError(stable.problem.error, paths.stableFile);
  if (stable !== undefined && isWithoutList(stable.bytes)) {
    throw new StowageError(
      "ERR_STORE_DAMAGED",
      `${paths.stableFile} holds no list of containers, although folders of containers are there. Nothing was ` +
        "removed; put an older copy of the file there, or let `repair` begin an empty list (CHECK_FILE_MISSING)",
      { path: paths.stableFile },
    );
  }
  const other = await readOtherVolatile(paths);
  if (other === undefined) return;
  // That the place of its folder is none is no failure of the system.
  if (typeof other.problem === "object" && errnoOf(other.problem.error) !== "ENOTDIR")
    throw asStowageError(other.problem.error, other.path);
  if (other.bytes === undefined) {
    throw otherMode(
      other.path,
      "cannot be read, so that nobody knows which containers the other mode of this store (transient or not) has, " +
        "whose folders lie here, too. `check` tells what stands in its way",
    );
  }
  if (mayHaveRecords(other.bytes)) {
    throw otherMode(
      other.path,
      "holds volatile containers of the other mode of this store (transient or not), whose folders lie here, too. " +
        "Collect garbage when there are none, or move that file away if it is not wanted",
    );
  }
}

function mayHaveRecords(bytes: Buffer): boolean {
  try {
    return decodeFile(bytes, true).length > 0;
  } catch {
    // What cannot be read may name any folder.
    return true;
  }
}

/** Keeps the users of the other mode out. */
export class OtherModeLock implements AsyncDisposable {
  #file: LockFile | undefined;
  #held: HeldWriteLock | undefined;

  /**
   * Takes the other mode's lock where there is one. It never waits: whoever has
   * that lock may be waiting for ours.
   *
   * @throws StowageError ERR_STORE_OTHER_MODE when somebody has it
   */
  async take({ otherMode: other }: StorePaths): Promise<void> {
    if (other === undefined || lookAt(other.lockFile) === undefined) return;
    this.#file = await openLockFile(other.lockFile, { protocol: "auto" });
    this.#held = await this.#file.tryLockForWriting();
    if (this.#held !== undefined) return;
    throw otherMode(
      other.lockFile,
      "is locked at this moment: somebody uses the store in the other mode (transient or not), who may be making a " +
        "container. Try again",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held?.release();
    await this.#file?.close();
  }
}

const otherMode = (place: string, why: string): StowageError =>
  new StowageError("ERR_STORE_OTHER_MODE", `${place} ${why}`, { path: place });
