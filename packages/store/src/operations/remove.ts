import path from "node:path";
import { requireContainer } from "../catalog/rules.ts";
import type { GcOptions, GcResult, WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import { collectible } from "../persistence/garbage.ts";

/** As containers/storage `Delete`: the record, saved, then its data folder. */
export async function deleteContainer(door: Door, ref: string, options: WaitOptions): Promise<void> {
  await door.write(options, (session) => {
    const container = requireContainer(session.catalog, ref);
    session.remove(container);
    session.removeData(container.id);
  });
}

/** As containers/storage `Wipe`, but with one save. */
export async function wipe(door: Door, options: WaitOptions): Promise<number> {
  return await door.write(options, (session) => {
    const containers = [...session.catalog.list()];
    for (const container of containers) {
      session.remove(container);
      session.removeData(container.id);
    }
    return containers.length;
  });
}

/**
 * As containers/storage `GarbageCollect`: folders that are named like an id and
 * belong to no container; also what deletions that were cut short set aside.
 */
export async function collectGarbage(door: Door, options: GcOptions): Promise<GcResult> {
  const dryRun = options.dryRun ?? false;
  const found = async (isKnown: (id: string) => boolean): Promise<GcResult> => {
    const removed = await collectible(door.paths.dir, isKnown);
    return { removed, bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0), dryRun };
  };
  if (dryRun) {
    return await door.read(options, (catalog) => found((id) => catalog.byId(id) !== undefined));
  }
  return await door.write(options, async (session) => {
    const result = await found((id) => session.catalog.byId(id) !== undefined);
    for (const { path: folder } of result.removed) session.removeFolder(path.join(door.paths.dir, folder));
    return result;
  });
}
