import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmdirSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import path from "node:path";
import { LockFileError, systemCode, type LockProtocol } from "../errors.ts";
import { LockDescriptor, withFolder } from "./lock-descriptor.ts";

// What says on disk which protocol a store has:
//
//   x.lock   x.lock.portable/protocol.json   means
//   no       no                              nothing there yet
//   yes      no                              kernel (that is also what Go leaves)
//   any      yes                             portable
//
// Two processes that make a store at once must agree, whatever each wanted.
// What decides is who creates the lock file, since that succeeds once: a
// portable one is created empty with the execute bit of its owner alone, by
// `open(O_EXCL)`, and loses the bit after protocol.json is there. Anybody who
// meets the bit finishes the making, so a maker that dies halfway leaves a
// portable store, too.

const kernelMode = 0o644;
const portableMakingMode = 0o744;
const executable = 0o111;
const executableByOwner = 0o100;
/** How often to begin anew when others remove or replace folders under our hands. */
const makeTries = 100;
const CANNOT_SYNC = new Set([
  "EACCES",
  "EPERM",
  "EINVAL",
  "ELOOP",
  "ENXIO",
  "ENOTSUP",
  "EOPNOTSUPP",
  "ENOSYS",
]);

/** In a marker folder for as long as that is there. */
export const PROTOCOL_FILE = "protocol.json";

/** The folder beside a lock file that makes it a portable one. */
export function markerFolder(lockFile: string): string {
  return `${lockFile}.portable`;
}

function markerFile(lockFile: string): string {
  return path.join(markerFolder(lockFile), PROTOCOL_FILE);
}

function look(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

function isFolder(file: string): boolean {
  return look(file)?.isDirectory() === true;
}

type Verdict = LockProtocol | "portable, unfinished" | undefined;

function judge(lockFile: string): Verdict {
  for (let tries = 1; ; tries += 1) {
    // In this order: a maker writes protocol.json before it takes the bit away, so
    // that one of the two is seen by whoever looks at the bit first.
    const stats = look(lockFile);
    if (isFolder(markerFolder(lockFile)) && look(markerFile(lockFile)) !== undefined) return "portable";
    if (stats === undefined) return undefined;
    const making = stats.isFile() && stats.size === 0 && (stats.mode & executable) === executableByOwner;
    if (making) return "portable, unfinished";
    // The folder may have been moved away between the two looks, which then were at different stores.
    if (isSame(stats, look(lockFile)) || tries === makeTries) return "kernel";
  }
}

function isSame(before: Stats, after: Stats | undefined): boolean {
  if (after === undefined || before.dev !== after.dev || before.ino !== after.ino) return false;
  // The number of an inode is soon given to the next file.
  return before.birthtimeMs === after.birthtimeMs;
}

/** The protocol of the store on disk; undefined when there is none yet. Changes nothing. */
export function readProtocol(lockFile: string): LockProtocol | undefined {
  const verdict = judge(lockFile);
  return verdict === "portable, unfinished" ? "portable" : verdict;
}

/**
 * Makes sure that the store is a portable one, lock file and all: makes it when
 * there is none, finishes one that was begun. ERR_LOCK_PROTOCOL when it is a
 * kernel one. Nothing else may create the lock file of a portable store.
 */
export function makePortable(lockFile: string): void {
  for (let tries = 1; ; tries += 1) {
    try {
      const verdict = judge(lockFile);
      if (verdict === "kernel") {
        removeEmpty(markerFolder(lockFile));
        throw protocolMismatch(lockFile, "portable");
      }
      if (verdict === "portable" && look(lockFile) !== undefined) return;
      if (verdict === "portable, unfinished" || create(lockFile)) finish(lockFile);
    } catch (error) {
      if (systemCode(error) !== "ENOENT" || tries === makeTries) throw error;
    }
  }
}

/** False when somebody else was first. */
function create(lockFile: string): boolean {
  makeFolder(markerFolder(lockFile));
  try {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL;
    closeSync(openSync(lockFile, flags, portableMakingMode));
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

function finish(lockFile: string): void {
  makeFolder(markerFolder(lockFile));
  const text = `${JSON.stringify({ protocol: "portable", version: 1 })}\n`;
  try {
    writeFileSync(markerFile(lockFile), text, { mode: 0o600, flag: "wx" });
  } catch (error) {
    // Somebody else finishes it, too.
    if (systemCode(error) !== "EEXIST") throw error;
  }
  // All of it must survive a loss of power before the bit goes, or a lock file that is back alone would mean a kernel store.
  for (const place of [markerFile(lockFile), markerFolder(lockFile), path.dirname(lockFile)])
    syncPlace(place);
  const file = LockDescriptor.openExisting(lockFile);
  try {
    fchmodSync(file.fd, fstatSync(file.fd).mode & kernelMode);
  } finally {
    file.close();
  }
}

/** Brings a file, or the entries of a folder, to the disk. */
function syncPlace(place: string): void {
  // Windows opens no folders, and its file systems keep their entries by themselves.
  if (process.platform === "win32") return;
  let fd: number | undefined;
  try {
    // What lies there may be a pipe, which must not hang us, or a link to something else.
    fd = openSync(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    fsyncSync(fd);
  } catch (error) {
    // A folder that may not be read cannot be synced, and some file systems sync none; the store works all the same.
    if (!CANNOT_SYNC.has(systemCode(error) ?? "")) throw error;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function makeFolder(folder: string): void {
  for (;;) {
    try {
      withFolder(folder, () => mkdirSync(folder, { mode: 0o700 }));
      return;
    } catch (error) {
      if (systemCode(error) !== "EEXIST") throw error;
      const stats = look(folder);
      if (stats?.isDirectory() === true) return;
      if (stats !== undefined) throw error;
      // It was there, and another maker that came second has removed it since.
    }
  }
}

/** What a maker that came second leaves is an empty folder; it means nothing, so it may also stay. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // In use by another maker, or not ours to remove.
  }
}

export function protocolMismatch(lockFile: string, asked: LockProtocol): LockFileError {
  const message =
    asked === "portable"
      ? `${lockFile} has the kernel lock protocol, and a store keeps the protocol it was made with: ` +
        'open it with protocol "auto" or "kernel", or make a portable store in an empty folder'
      : `${lockFile} has the portable lock protocol, and a store keeps the protocol it was made with: ` +
        'open it with protocol "auto" or "portable"; kernel locks would not exclude those who use it';
  return new LockFileError("ERR_LOCK_PROTOCOL", lockFile, message);
}
