import fs from "node:fs";

/**
 * Which calls wait on this thread, and which off it.
 *
 * A trip to libuv's thread pool and back costs more than any call that only touches the kernel's memory: replacing
 * 4 KiB unsynced takes nearly twice as long with six trips. So opening, closing, stating, renaming and writing up to
 * QUICK_BYTES happen here and now, and what waits for a device or moves many pages (syncs, larger writes, dropping a
 * large old file) is done off the thread.
 */
export const QUICK_BYTES = 256 * 1024;
/** Up to this size of the old and the new file, a rename has little to flush or to free. */
export const QUICK_RENAME_BYTES = 1024 * 1024;

type Done = (error: NodeJS.ErrnoException | null) => void;

function waited(start: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}

export const fdatasync = (fd: number): Promise<void> => waited((done) => fs.fdatasync(fd, done));
export const fsync = (fd: number): Promise<void> => waited((done) => fs.fsync(fd, done));
export const rename = (from: string, to: string): Promise<void> =>
  waited((done) => fs.rename(from, to, done));
export const copyFile = (from: string, to: string): Promise<void> =>
  waited((done) => fs.copyFile(from, to, fs.constants.COPYFILE_FICLONE, done));
/** Shares the blocks, or fails; libuv removes `to` then. */
export const cloneFile = (from: string, to: string): Promise<void> =>
  waited((done) => fs.copyFile(from, to, fs.constants.COPYFILE_FICLONE_FORCE, done));
export const unlink = (path: string): Promise<void> => waited((done) => fs.unlink(path, done));

/** One write, which may take fewer bytes than it is given. Resolves to how many it took. */
export function write(fd: number, group: readonly Uint8Array[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const done = (error: NodeJS.ErrnoException | null, written: number): void => {
      if (error) reject(error);
      else resolve(written);
    };
    const [only] = group;
    if (group.length === 1 && only !== undefined) fs.write(fd, only, 0, only.length, null, done);
    else fs.writev(fd, group, done);
  });
}

/** The same on this thread. */
export function writeNow(fd: number, group: readonly Uint8Array[]): number {
  const [only] = group;
  return group.length === 1 && only !== undefined ? fs.writeSync(fd, only) : fs.writevSync(fd, group);
}
