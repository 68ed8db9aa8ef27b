import type { Tombstone } from "../model/tombstone.ts";
import type { Finding } from "../options.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { countsFor, readTombstone } from "../persistence/tombstone.ts";
import { finding } from "./findings.ts";
import type { ScannedFile } from "./scan-file.ts";

/** A deletion on a full disk that holds, and that the files of records do not show yet: see `Tombstone`. */
export interface StandingDeletion {
  readonly tombstone: Tombstone;
  /** Whether the files are those of then: it says nothing of others. */
  readonly counts: { readonly stable: boolean; readonly volatile: boolean };
}

/** With the lock held, as the files that it is compared with. */
export function lookForDeletion(paths: StorePaths): StandingDeletion | undefined {
  const tombstone = readTombstone(paths);
  if (tombstone === undefined) return undefined;
  const [stable, volatile] = [false, true].map((isVolatile) => countsFor(tombstone, paths, isVolatile));
  return { tombstone, counts: { stable: stable!, volatile: volatile! } };
}

/** Whether a record of that file is one of a container that is deleted. */
export function isDeleted(
  deletion: StandingDeletion | undefined,
  { isVolatile }: ScannedFile["raw"],
  id: string,
): boolean {
  if (deletion === undefined) return false;
  const { tombstone, counts } = deletion;
  return (isVolatile ? counts.volatile : counts.stable) && isNamed(tombstone, id);
}

const isNamed = ({ ids }: Tombstone, id: string): boolean => ids === "all" || ids.has(id);

/**
 * The next writer finishes it. But where a file was changed since and is broken, nobody can say whether the containers
 * that are found in it were deleted, or made anew by another program: they are kept.
 */
export function checkDeletion(
  { tombstone: path }: StorePaths,
  deletion: StandingDeletion | undefined,
  files: readonly ScannedFile[],
): Finding[] {
  if (deletion === undefined) return [];
  const doubts = files.flatMap((file) => doubtAbout(deletion, file));
  const text = [`a deletion on a full disk was cut short and left ${path}`, ...doubts].join("; ");
  return [finding("CHECK_COMMIT_UNFINISHED", text, { path })];
}

function doubtAbout(
  { tombstone, counts }: StandingDeletion,
  { raw, entries, isWhole }: ScannedFile,
): string[] {
  if (isWhole || (raw.isVolatile ? counts.volatile : counts.stable)) return [];
  const named = entries.filter(({ container }) => isNamed(tombstone, container.id)).length;
  if (named === 0) return [];
  const records = named === 1 ? "the record of a container" : `the records of ${named} containers`;
  return [
    `${raw.path} was changed since, and is broken, so that nobody can tell whether the deletion still counts for it: ` +
      `repair keeps ${records} that it names, whose data may be gone`,
  ];
}
