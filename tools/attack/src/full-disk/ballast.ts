import { rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";

const PAGE = 4096;

/** A file that takes the room of a small file system. */
export class Ballast {
  readonly #root: string;
  readonly #file: string;

  /** @param root of the file system */
  constructor(root: string) {
    this.#root = root;
    this.#file = path.join(root, "ballast");
  }

  /** Fills the disk up to so many free pages. */
  async leave(pages: number): Promise<void> {
    const free = await this.freePages();
    if (free <= pages) return;
    await writeFile(this.#file, Buffer.alloc((free - pages) * PAGE)).catch((error: unknown) => {
      // The file system keeps some of them for where the others lie.
      if (pages > 0 || (error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    });
  }

  async freePages(): Promise<number> {
    return (await statfs(this.#root)).bavail;
  }

  async drop(): Promise<void> {
    await rm(this.#file, { force: true });
  }
}
