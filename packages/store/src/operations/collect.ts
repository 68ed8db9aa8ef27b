import path from "node:path";
import { StowageError } from "../errors.ts";
import { flag, milliseconds } from "../model/arguments.ts";
import type { GarbageItem, GcOptions, GcResult } from "../options.ts";
import { asStowageError } from "../persistence/failures.ts";
import type { Door } from "../persistence/door.ts";
import {
  findGarbage,
  type Garbage,
  type GarbageSearch,
  removeTemporaryFile,
} from "../persistence/garbage.ts";
import { mentionsOf } from "../persistence/mentions.ts";
import { Pace } from "../persistence/pace.ts";
import { assertAllKnown, OtherModeLock } from "../persistence/soundness.ts";

const DAY = 24 * 60 * 60 * 1000;

/**
 * As containers/storage `GarbageCollect`: folders that are named like an id and
 * belong to no container; also what deletions that were cut short set aside, and
 * old temporary files.
 *
 * It looks for garbage without the lock, which may take long, and then once more
 * with it at what it found. The first failure is reported after all were tried.
 */
export async function collectGarbage(door: Door, options: GcOptions): Promise<GcResult> {
  const { signal } = options;
  const dryRun = flag(options.dryRun, "dryRun");
  const minAge = milliseconds(options.minAge, "minAge");
  const search: GarbageSearch = {
    now: Date.now(),
    minAge: { folders: minAge ?? 0, files: minAge ?? DAY },
    pace: new Pace(signal),
    failures: [],
  };
  const look = dryRun ? door.readAsItIs.bind(door) : door.read.bind(door);
  const containers = await look(options, (catalog) => catalog.list());
  const all = await findGarbage(door.paths, containers, search).catch((error: unknown) => {
    throw asStowageError(error);
  });
  // Of a deletion that could not be recorded yet: whoever may write takes them away before he collects anything.
  const found = all.filter((item) => !isOrphan(item) || !door.memory.isDeleted(item.path));
  const { kept, wanted } = await withoutBackedUp(door, found, search.pace);
  const collect = dryRun ? plan : remove;
  const removed = await collect(door, wanted, search, options);
  const bytes = removed.reduce((sum, item) => sum + item.bytes, 0);
  if (search.failures.length > 0) throw notAll(search.failures[0], removed.length, bytes);
  return { removed, kept, bytes, dryRun };
}

/** The first failure, and what is gone all the same. */
function notAll(failure: unknown, removed: number, bytes: number): unknown {
  const error = asStowageError(failure);
  if (!(error instanceof StowageError) || removed === 0) return error;
  const rest = `the rest was collected: ${removed} of them, ${bytes} bytes`;
  return new StowageError(error.code, `${error.message}; ${rest}`, { ...error.details, cause: failure });
}

const isOrphan = ({ kind }: Garbage): boolean => kind === "orphaned folder";

/** Folders whose record is broken may be wanted again: for as long as a copy of the record is kept, they are, too. */
async function withoutBackedUp(
  { paths }: Door,
  found: readonly Garbage[],
  pace: Pace,
): Promise<{ kept: Garbage[]; wanted: Garbage[] }> {
  const orphans = new Set(found.filter(isOrphan).map((item) => item.path));
  const mentions = await mentionsOf(paths, orphans, pace);
  const isKept = (item: Garbage): boolean => isOrphan(item) && mentions.has(item.path);
  return { kept: found.filter(isKept), wanted: found.filter((item) => !isKept(item)) };
}

async function plan(
  door: Door,
  wanted: readonly Garbage[],
  _search: GarbageSearch,
  options: GcOptions,
): Promise<readonly GarbageItem[]> {
  return await door.readAsItIs(options, async (catalog, held) => {
    const items = wanted.filter((item) => !isOrphan(item) || catalog.byId(item.path) === undefined);
    await assertAllKnown(door.paths, held, items.some(isOrphan));
    return items;
  });
}

async function remove(
  door: Door,
  wanted: readonly Garbage[],
  search: GarbageSearch,
  options: GcOptions,
): Promise<readonly GarbageItem[]> {
  const { paths } = door;
  // Held until the folders were renamed away: they are after `write`.
  await using others = new OtherModeLock();
  return await door.write(options, async (session) => {
    const orphans = wanted.filter((item) => isOrphan(item) && session.catalog.byId(item.path) === undefined);
    if (orphans.length > 0) await others.take(paths);
    await assertAllKnown(paths, session.held, orphans.length > 0);
    const items: Garbage[] = [];
    for (const item of wanted.filter(({ kind }) => kind === "temporary file")) {
      try {
        if (await removeTemporaryFile(paths, item.path, search)) items.push(item);
      } catch (error) {
        search.failures.push(error);
      }
    }
    for (const item of [...orphans, ...wanted.filter(({ kind }) => kind === "set-aside folder")]) {
      session.removeFolder(path.join(paths.dir, item.path));
      items.push(item);
    }
    return items;
  });
}
