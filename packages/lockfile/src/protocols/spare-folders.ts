import { lstatSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import path from "node:path";
import { isNoSpace, systemCode } from "../errors.ts";
import { isRealFolder } from "./real-folder.ts";

/** A writer needs two at once, a reader too; one more for somebody who tries at the same time. */
const NAMES = ["1", "2", "3"];

/**
 * Empty folders that lie ready. On most file systems a folder takes a block, so that
 * none can be made on a full disk; and whoever deletes something there must get the
 * lock first. A folder that is there can be renamed.
 */
export class SpareFolders {
  readonly #folder: string;
  #areThere = false;

  constructor(marker: string) {
    this.#folder = path.join(marker, "spare");
  }

  /** Makes those that are missing, as far as there is room; looks once, and again when one was taken. */
  async fill(): Promise<void> {
    if (this.#areThere && isRealFolder(this.#folder)) return;
    for (const folder of [this.#folder, ...NAMES.map((name) => path.join(this.#folder, name))]) {
      // In one that lies behind a link nothing is made.
      if (folder !== this.#folder && !isRealFolder(this.#folder)) return;
      try {
        if (!isRealFolder(folder)) await mkdir(folder, { mode: 0o700 });
      } catch (error) {
        if (isNoSpace(error)) return;
        // Somebody else makes them, too. What else may stand there is no spare folder, and does no harm.
        if (systemCode(error) !== "EEXIST") throw error;
      }
    }
    this.#areThere = true;
  }

  /** As `fill`, for whoever has let go of the lock: the room that it took is there for the next one. */
  async restore(): Promise<void> {
    if (this.#areThere) return;
    try {
      await this.fill();
    } catch (error) {
      // The store is gone.
      if (systemCode(error) !== "ENOENT") throw error;
    }
  }

  /** Makes a folder (0700) where there is none, of a spare one when there is no room. */
  async make(folder: string): Promise<void> {
    try {
      await mkdir(folder, { mode: 0o700 });
    } catch (error) {
      if (!isNoSpace(error) || !(await this.#takeOne(folder))) throw error;
    }
  }

  async #takeOne(folder: string): Promise<boolean> {
    this.#areThere = false;
    if (!isRealFolder(this.#folder)) return false;
    for (const name of NAMES) {
      const spare = path.join(this.#folder, name);
      try {
        // What came with an archive may be a link, or hold something.
        if (!lstatSync(spare).isDirectory() || (await readdir(spare)).length > 0) continue;
        await rename(spare, folder);
        return true;
      } catch (error) {
        // Somebody else took it.
        if (systemCode(error) !== "ENOENT") throw error;
      }
    }
    return false;
  }
}
