import { closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import path from "node:path";
import { LockFileError, systemCode } from "../errors.ts";
import { makeFolder } from "./make-folder.ts";

// O_NOFOLLOW: a link in the place of a lock file would have us write into whatever it points to.
// O_NONBLOCK: opening a FIFO or a device that lies there must not hang.
const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const folderTries = 10;

/** A lock file that is open. Whoever opened it closes it. */
export class LockDescriptor {
  readonly path: string;
  readonly fd: number;
  readonly #dev: number;
  readonly #ino: number;

  private constructor(path: string, fd: number, dev: number, ino: number) {
    this.path = path;
    this.fd = fd;
    this.#dev = dev;
    this.#ino = ino;
  }

  /** Opens for reading and writing; makes the file (0644, less the umask) and its folders (0700) when missing. */
  static openForWriting(path: string): LockDescriptor {
    return LockDescriptor.#opened(
      path,
      withFolder(path, () => openSync(path, constants.O_RDWR | constants.O_CREAT | careful, 0o644)),
    );
  }

  /** Opens for reading and writing what is there; ENOENT when there is nothing. */
  static openExisting(path: string): LockDescriptor {
    return LockDescriptor.#opened(path, openSync(path, constants.O_RDWR | careful));
  }

  /** Opens what is there, for reading only; undefined when there is nothing, or when it may not be read. */
  static openForReading(path: string): LockDescriptor | undefined {
    try {
      return LockDescriptor.#opened(path, openSync(path, constants.O_RDONLY | careful));
    } catch (error) {
      const code = systemCode(error);
      if (code === "ENOENT" || code === "ENOTDIR" || code === "EACCES") return undefined;
      throw error;
    }
  }

  static #opened(path: string, fd: number): LockDescriptor {
    const stats = fstatSync(fd);
    if (!stats.isFile()) {
      closeSync(fd);
      const advice = "it is no regular file; move it out of the way";
      throw new LockFileError("ERR_LOCK_IO", path, `cannot use ${path} as a lock file: ${advice}`);
    }
    return new LockDescriptor(path, fd, stats.dev, stats.ino);
  }

  /** Whether the path still leads to this file; others may have removed or replaced it. */
  isCurrent(): boolean {
    const stats = lstatSync(this.path, { throwIfNoEntry: false });
    return stats !== undefined && stats.ino === this.#ino && stats.dev === this.#dev;
  }

  /** Never fails: the descriptor is free whatever the system says, and a change that was made must not count as failed. */
  close(): void {
    try {
      closeSync(this.fd);
    } catch {
      // Nothing is written here but the token, and whoever wrote that was told how it went.
    }
  }
}

/** Runs `make`, which needs the folder of `file`; makes the folder when that is what was missing. */
export function withFolder<T>(file: string, make: () => T): T {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return make();
    } catch (error) {
      // Somebody may remove the folder again in between, but hardly ten times.
      if (systemCode(error) !== "ENOENT" || attempt === folderTries) throw error;
      makeFolder(path.dirname(path.resolve(file)));
    }
  }
}
