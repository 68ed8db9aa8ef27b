import { StowageError } from "../errors.ts";
import { asStowageError, errnoOf, reasonOf } from "./failures.ts";
import type { StorePaths } from "./paths.ts";

/** What a save came to that was tried once the deletion was made: see `saveAfterDeleting`. */
export function notRecorded({ dir }: StorePaths, error: unknown): unknown {
  const failure = asStowageError(error, dir);
  if (!(failure instanceof StowageError)) return error;
  return new StowageError(
    failure.code,
    `the records of ${dir} could not be saved (${reasonOf(error)}). The containers count as deleted all the same, and ` +
      "nothing else was changed: the next one who opens the store brings that into the records. Until then programs of " +
      "containers/storage list them; free some space, and open the store again",
    { ...failure.details, path: dir, mayBeDone: true, cause: error },
  );
}

/** The same, met by one who must have it in the files. */
export function notRecordedYet({ dir }: StorePaths): StowageError {
  return new StowageError(
    "ERR_NO_SPACE",
    `containers in ${dir} are deleted, and the disk has no room to take them out of the records; nothing was changed. ` +
      "Free some space and try again",
    { path: dir },
  );
}

/** An item was in its place, but perhaps not for good, and was taken back. */
export function notSynced({ dir }: StorePaths, error: unknown): StowageError {
  return new StowageError(
    "ERR_IO",
    `an item of big data in ${dir} could not be brought to the disk for certain (${reasonOf(error)}), so that ` +
      "the change was taken back; " +
      "check the device, then try again",
    { path: dir, errno: errnoOf(error), cause: error },
  );
}

/** Only a writer may make the store whole again. */
export function halfChanged({ dir }: StorePaths): StowageError {
  return new StowageError(
    "ERR_STORE_INCONSISTENT",
    `a writer was killed while it put files in place in ${dir}, and the current caller does not hold ` +
      "a write lock to finish that",
    { path: dir },
  );
}

/** As containers/storage says it. */
export function namesClaimedTwice({ stableFile, volatileFile }: StorePaths): StowageError {
  return new StowageError(
    "ERR_STORE_INCONSISTENT",
    "container store is inconsistent and the current caller does not hold a write lock: two containers " +
      `claim one name in ${stableFile} or ${volatileFile}`,
    { path: stableFile },
  );
}
