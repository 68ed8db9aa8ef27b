import fs from "node:fs";
import path from "node:path";
import { AtomicFileError, errnoOf, systemError } from "./errors.ts";
import { fsync } from "./system.ts";

/** What file systems say that have no such call (some network and FUSE ones). There is nothing more to be done there. */
const NOT_OFFERED = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);

/**
 * The folders whose entries must survive a loss of power. They are opened before the renames, so that running out of
 * descriptors fails while nothing has happened yet. Whoever made this must `close` it.
 *
 * On Windows a folder cannot be opened, and the file system keeps its own order: nothing is done there.
 */
export class Folders {
  readonly #opened = new Map<string, number>();

  /** Opens the folder of a target (absolute). Throws an AtomicFileError. */
  open(target: string): void {
    const folder = path.dirname(target);
    if (process.platform === "win32" || this.#opened.has(folder)) return;
    try {
      this.#opened.set(folder, fs.openSync(folder, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY));
    } catch (error) {
      throw systemError(error, target);
    }
  }

  get isEmpty(): boolean {
    return this.#opened.size === 0;
  }

  /** Syncs each folder once. Rejects with ERR_ATOMIC_DURABILITY, which names the files that have appeared. */
  async sync(appeared: readonly string[]): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#opened.values()].map((fd) => fsync(fd)));
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") continue;
      const { syscall } = outcome.reason as NodeJS.ErrnoException;
      const errno = errnoOf(outcome.reason);
      if (errno !== undefined && NOT_OFFERED.has(errno)) continue;
      const [first = ""] = appeared;
      throw new AtomicFileError(
        "ERR_ATOMIC_DURABILITY",
        `${appeared.join(", ")} has its new content, but its folder could not be synced (${errno ?? "?"}), so the ` +
          "old content may be back after a loss of power; check the device, then write again",
        { path: first, syscall, errno, appeared, cause: outcome.reason },
      );
    }
  }

  close(): void {
    for (const fd of this.#opened.values()) {
      try {
        fs.closeSync(fd);
      } catch {
        // Nothing was written through it, and its sync has had its say: a failing close takes nothing back.
      }
    }
    this.#opened.clear();
  }
}
