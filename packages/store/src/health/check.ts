import type { Finding, WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import { StowageError } from "../errors.ts";
import { checkItems } from "./check-items.ts";

/**
 * Looks through a store for what is wrong. Reads only, and never takes the
 * write lock; a damaged file is a finding, not an error.
 */
export async function check(door: Door, options: WaitOptions): Promise<readonly Finding[]> {
  try {
    const containers = await door.read(options, (catalog) => catalog.list());
    return await checkItems(door.paths, containers, options.signal);
  } catch (error) {
    if (!(error instanceof StowageError) || error.code !== "ERR_STORE_DAMAGED") throw error;
    const { path, offset, record } = error.details;
    return [
      {
        code: "CHECK_FILE_UNREADABLE",
        severity: "damage",
        message: error.message,
        action: "keep a copy of the file, then mend or replace it by hand",
        ...(path === undefined ? {} : { path }),
        ...(offset === undefined ? {} : { offset }),
        ...(record === undefined ? {} : { record }),
      },
    ];
  }
}
