import { StowageError } from "../errors.ts";
import { errnoOf, isNoSpace, isVisible, reasonOf } from "./failures.ts";
import type { StorePaths } from "./paths.ts";

/** What a second save on a full disk came to, after the data of what was to be deleted was removed. */
export function stillNoSpace({ dir }: StorePaths, error: unknown): unknown {
  if (!isNoSpace(error) || isVisible(error)) return error;
  return new StowageError(
    "ERR_NO_SPACE",
    `there is no space to save the records of ${dir} (${reasonOf(error)}). The big data of what was to be deleted is removed, the ` +
      "records are still there; free some space, and delete the containers again",
    { path: dir, errno: errnoOf(error), cause: error },
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
