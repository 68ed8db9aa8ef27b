import type { HeldWriteLock } from "@stowage/lockfile";
import path from "node:path";
import { isRealFolder, moveAside, removeTree } from "./disk.ts";

/**
 * A folder that is not wanted any more, in two steps: a rename while the lock
 * is held, which takes no time, and the removal of all in it afterwards, which
 * may. What a crash leaves in between is removed by `gc`.
 */
export class Removal {
  readonly folder: string;
  readonly #aside: string;
  #failure: { readonly error: unknown } | undefined;

  /** @param aside where it is renamed to, in the same folder */
  constructor(folder: string, aside: string) {
    this.folder = folder;
    this.#aside = aside;
  }

  /** Never rejects: the record is gone, and that it is must not count as failed. `finish` reports it. */
  async setAside(held: HeldWriteLock): Promise<void> {
    try {
      held.assertHeld();
      await this.#rename(held.stagingFolder);
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Removes what was set aside; links in it are removed, never followed. */
  async finish(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure.error;
    await removeTree(this.#aside);
  }

  async #rename(stagingFolder: string | undefined): Promise<void> {
    if (stagingFolder === undefined) {
      await moveAside(this.folder, this.#aside);
      return;
    }
    if ((await isRealFolder(this.folder)) === undefined) return;
    // By way of the staging folder: a writer that lost its lock finds that gone, and moves nothing.
    const staged = path.join(stagingFolder, path.basename(this.#aside));
    if (await moveAside(this.folder, staged)) await moveAside(staged, this.#aside);
  }
}
