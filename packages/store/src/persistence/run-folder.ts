import type { Dirent } from "node:fs";
import { runFolderLeftover } from "../model/leftovers.ts";
import { errnoOf } from "./failures.ts";
import { entriesOf } from "./look.ts";
import type { StorePaths } from "./paths.ts";

/**
 * What stands in a transient store's run folder beside its files and is of it all the same: what
 * writes have left there, and copies that `repair` kept. None where the folder may not be listed,
 * as whoever shares it with others may have decided.
 */
export function* runFolderEntries({ volatileDir }: StorePaths): Generator<Dirent> {
  if (volatileDir === undefined) return;
  try {
    for (const entry of entriesOf(volatileDir)) {
      if (runFolderLeftover(entry.name) !== undefined) yield entry;
    }
  } catch (error) {
    if (errnoOf(error) !== "EACCES") throw error;
  }
}
