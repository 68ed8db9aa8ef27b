import path from "node:path";
import type { StoreOfProgram } from "./batch-program.ts";

/** How many different random parts the names of temporary files have here. */
export const RANDOM_PARTS = 16;

/** Says which files a change of several puts in place. */
const JOURNAL = ".stowage-commit.json";
/** Says what a full disk keeps from being taken out of the records. */
const TOMBSTONE = ".stowage-tombstone";

/**
 * Every path in a store that system calls of the program may be about, for `strace -P`.
 *
 * @param runDir the run folder of a transient store
 */
export function pathsOf(
  { dir, lock, runDir }: StoreOfProgram,
  ids: readonly string[],
  items: readonly string[],
): string[] {
  const shared = ["volatile-containers.json", "containers.lock"];
  const names = ["containers.json", JOURNAL, TOMBSTONE, ...(runDir === undefined ? shared : []), ...ids];
  const inFolders = ids.flatMap((id) => items.map((item) => `${id}/${item}`));
  inFolders.push(...items.map((item) => `${TOMBSTONE}/${item}`));
  for (let part = 0; part < RANDOM_PARTS; part += 1) {
    const [short, long] = [8, 12].map((length) => Buffer.alloc(length, part).toString("hex"));
    names.push(`.tmp-containers.json${short}`, `.tmp-volatile-containers.json${short}`, `.tmp-${short}`);
    names.push(`.tmp-${JOURNAL}${short}`, `.tmp-${long}`, `.stowage-removed-${long}`);
    inFolders.push(...items.map((item) => `.stowage-removed-${long}/${item}`));
  }
  const paths = [dir, ...[...names, ...inFolders].map((name) => path.join(dir, name))];
  if (lock === "portable") paths.push(...portablePaths(path.join(dir, "containers.lock.portable")));
  if (runDir !== undefined) {
    const temporary = names.filter((name) => name.startsWith(".tmp-volatile"));
    paths.push(runDir, ...[...shared, ...temporary].map((name) => path.join(runDir, name)));
  }
  return paths;
}

/** What a portable lock is made of; but for the tickets, whose names have the time in them. */
function portablePaths(marker: string): string[] {
  const parts = Array.from({ length: RANDOM_PARTS }, (_, part) => part);
  const hex = (length: number, part: number): string => Buffer.alloc(length, part).toString("hex");
  const owners = parts.map((part) => `owner-${hex(16, part)}`);
  const staged = parts.flatMap((part) => [
    `.tmp-containers.json${hex(8, part)}`,
    `.tmp-volatile-containers.json${hex(8, part)}`,
    `.tmp-${JOURNAL}${hex(8, part)}`,
    ...[8, 12].map((length) => `.tmp-${hex(length, part)}`),
    `.stowage-removed-${hex(12, part)}`,
  ]);
  const folders = parts.map((part) => hex(16, part));
  return [
    ...["", "gate", "readers", "waiting", "leases", "trash", "spare", "spare/1", "spare/2", "spare/3"].map(
      (name) => path.join(marker, name),
    ),
    ...owners.flatMap((owner) =>
      [`gate/${owner}`, `gate.${owner}`, `gate.${owner}/${owner}`].map((name) => path.join(marker, name)),
    ),
    ...folders.flatMap((folder) => [
      path.join(marker, "leases", folder),
      ...staged.map((name) => path.join(marker, "leases", folder, name)),
    ]),
  ];
}
