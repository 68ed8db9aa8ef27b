import path from "node:path";
import { StowageError } from "../errors.ts";
import { lookAt } from "./look.ts";
import type { StorePaths } from "./paths.ts";

/**
 * Whether a store is there, for those who only look on and must neither make one
 * nor take half of one for an empty one: while it is being removed, its files
 * go one after the other.
 */
export class StorePresence {
  readonly #paths: StorePaths;
  readonly #needed: Set<string>;
  readonly #wanted: readonly string[];

  /** @param readOnly such a store may do without a lock file, but not lose one; nor its records, read without a lock */
  constructor(paths: StorePaths, readOnly: boolean) {
    this.#paths = paths;
    this.#needed = new Set(readOnly ? [] : [paths.lockFile]);
    this.#wanted = readOnly ? [paths.lockFile, paths.stableFile] : [];
  }

  /** @throws StowageError ERR_STORE_NOT_FOUND, or what the system says */
  assert(): void {
    const { dir } = this.#paths;
    // A link to a folder is one, too.
    if (lookAt(`${dir}${path.sep}`)?.isDirectory() !== true) throw this.#missing(dir);
    for (const file of this.#needed) if (lookAt(file) === undefined) throw this.#missing(file);
    for (const file of this.#wanted) if (lookAt(file) !== undefined) this.#needed.add(file);
  }

  #missing(place: string): StowageError {
    return new StowageError(
      "ERR_STORE_NOT_FOUND",
      `there is no store at ${this.#paths.dir} at the moment: ${place} is missing. Nothing was made; ` +
        "whoever opens or changes the store makes it",
      { path: place },
    );
  }
}
