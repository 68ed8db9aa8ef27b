import { rename } from "node:fs/promises";
import path from "node:path";
import { leftoverKind, mayBeOnItsWay } from "../model/leftovers.ts";
import { keepBackup } from "./backup.ts";
import { ensureItemFolders, folderOf, syncFolder } from "./disk.ts";
import { entriesOf, lookAt, openCarefully } from "./look.ts";
import { measureFile } from "./measure.ts";
import type { StorePaths } from "./paths.ts";

/**
 * What writes that were cut short have left in the store's folder, by content.
 * A writer that replaces an item keeps the old one there until the record is
 * saved; when it is killed in between, the content of which the record speaks is
 * still there, under a temporary name.
 *
 * Needs the lock for writing: then nobody else has such a file.
 */
export class KeptContent {
  readonly #dir: string;
  readonly #digests = new Map<string, string>();

  constructor({ dir }: StorePaths) {
    this.#dir = dir;
  }

  /**
   * Puts a left file with just this content in the place of an item, after a copy
   * of what is there was kept. Resolves to the path of that copy, if there was something;
   * to undefined when there was no such file, and nothing was changed.
   *
   * @param recorded size in bytes, and digest
   * @param signal rejects with its reason when it is aborted
   */
  async putBack(
    { folders, file }: { readonly folders: readonly string[]; readonly file: string },
    { size, digest }: { readonly size: bigint; readonly digest: string },
    signal: AbortSignal | undefined,
  ): Promise<{ readonly backup: string | undefined } | undefined> {
    for (const { name } of entriesOf(this.#dir)) {
      // An item that somebody is bringing in at this moment is his.
      if (leftoverKind(name) !== "temporary" || mayBeOnItsWay(name)) continue;
      const place = path.join(this.#dir, name);
      const stats = lookAt(place);
      if (stats?.isFile() !== true || BigInt(stats.size) !== size) continue;
      if ((await this.#digestOf(place, signal)) !== digest) continue;
      this.#digests.delete(place);
      const made = await ensureItemFolders(folders);
      const backup = lookAt(file) === undefined ? undefined : await keepBackup(file, new Date());
      await rename(place, file);
      for (const folder of [file, ...made].map(folderOf)) await syncFolder(folder);
      return { backup };
    }
    return undefined;
  }

  async #digestOf(place: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const known = this.#digests.get(place);
    if (known !== undefined) return known;
    const opened = openCarefully([], place);
    if (!("file" in opened)) return undefined;
    try {
      const { digest } = await measureFile(opened.file, signal);
      this.#digests.set(place, digest);
      return digest;
    } finally {
      opened.file.close();
    }
  }
}
