import { lstatSync } from "node:fs";
import { mkdir, readdir, rename } from "node:fs/promises";
import path from "node:path";
import { isNoSpace, systemCode } from "../errors.ts";
import { PROTOCOL_FILE } from "./marker.ts";
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
  /** How the folder above looked when all of them were in it: others take some, too, and may be killed with them. */
  #whole: string | undefined;

  /** A file beside them, which is always there, for a disk on which none can be made. */
  readonly file: string;

  constructor(marker: string) {
    this.#folder = path.join(marker, "spare");
    this.file = path.join(marker, PROTOCOL_FILE);
  }

  /** Makes those that are missing, as far as there is room. */
  async fill(): Promise<void> {
    const now = this.#look();
    if (this.#whole !== undefined && this.#whole === now) return;
    this.#whole = undefined;
    let areMade = false;
    for (const folder of [this.#folder, ...NAMES.map((name) => path.join(this.#folder, name))]) {
      // In one that lies behind a link nothing is made.
      if (folder !== this.#folder && !isRealFolder(this.#folder)) return;
      try {
        if (isRealFolder(folder)) continue;
        areMade = true;
        await mkdir(folder, { mode: 0o700 });
      } catch (error) {
        if (isNoSpace(error)) return;
        // Somebody else makes them, too. What else may stand there is no spare folder, and does no harm.
        if (systemCode(error) !== "EEXIST") throw error;
      }
    }
    // What was made may be taken by now: the next look tells.
    if (!areMade) this.#whole = now;
  }

  /**
   * As `fill`, for whoever has let go of a folder: the room that it took is there for the next one. Never throws: the
   * next `fill` meets what is the matter.
   */
  async restore(): Promise<void> {
    if (this.areMissing) await this.fill().catch(() => undefined);
  }

  /** Whether some may be missing, as far as this process knows. */
  get areMissing(): boolean {
    return this.#whole === undefined;
  }

  /**
   * Makes an empty folder, which nobody else uses, a spare one where one is missing. It keeps its room, which others
   * might take as soon as it is free. Resolves to false when the folder is still there, to be removed.
   */
  async giveBack(folder: string): Promise<boolean> {
    if (!isRealFolder(this.#folder)) return false;
    for (const name of NAMES) {
      const spare = path.join(this.#folder, name);
      if (lstatSync(spare, { throwIfNoEntry: false }) !== undefined) continue;
      // Whatever the system says, it can be removed instead.
      return await rename(folder, spare).then(
        () => true,
        () => false,
      );
    }
    return false;
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
    this.#whole = undefined;
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

  #look(): string | undefined {
    const there = lstatSync(this.#folder, { throwIfNoEntry: false });
    return there?.isDirectory() === true ? `${there.ino}:${there.nlink}:${there.mtimeMs}` : undefined;
  }
}
