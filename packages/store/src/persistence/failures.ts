import { AtomicFileError } from "@stowage/atomic-file";
import { type HeldLock, LockFileError } from "@stowage/lockfile";
import { constants } from "node:os";
import { StowageError, type StowageErrorCode } from "../errors.ts";

/** The system's code of an error (`ENOENT`, …), looked for in its causes too. */
export function errnoOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if ("errno" in at && typeof at.errno === "string") return at.errno;
    if ("code" in at && typeof at.code === "string" && /^E[A-Z0-9]+$/.test(at.code)) return at.code;
    // Not every code has a name in Node (EDQUOT has none); the number tells.
    if ("errno" in at && typeof at.errno === "number") {
      const number = -at.errno;
      const name = Object.entries(constants.errno).find(([, value]) => value === number)?.[0];
      if (name !== undefined) return name;
    }
  }
  return undefined;
}

/** What an error says, with the system's code where Node has no name for it. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const errno = errnoOf(error);
  return errno === undefined || message.includes(errno) ? message : `${message} (${errno})`;
}

const NO_SPACE = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
/** Whether the disk is full, or a quota is. */
export function isNoSpace(error: unknown): boolean {
  return NO_SPACE.has(errnoOf(error) ?? "");
}

/** Whether a failed write has changed what others see, so that it cannot be taken for undone. */
export function isVisible(error: unknown): boolean {
  return error instanceof AtomicFileError && error.appeared.length > 0;
}

const REFUSED = new Set(["EACCES", "EPERM"]);

/** Whether the system says that this user may not. */
export function isRefused(error: unknown): boolean {
  return REFUSED.has(errnoOf(error) ?? "");
}

/** Whether too many files are open, in this process or on this machine: it says nothing of the file that was asked for. */
export function isOutOfFiles(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === "EMFILE" || errno === "ENFILE";
}

/** Why the lock is not held any more, which a portable one may be at any time; undefined while it is. */
export function lossOf(held: HeldLock): unknown {
  try {
    held.assertHeld();
    return undefined;
  } catch (loss) {
    return loss;
  }
}

const LOCK_CODES: Readonly<Record<LockFileError["code"], StowageErrorCode>> = {
  ERR_LOCK_TIMEOUT: "ERR_LOCK_TIMEOUT",
  ERR_LOCK_COMPROMISED: "ERR_LOCK_COMPROMISED",
  ERR_LOCK_PROTOCOL: "ERR_LOCK_PROTOCOL",
  ERR_LOCK_UNSUPPORTED: "ERR_LOCK_UNSUPPORTED",
  ERR_LOCK_READ_ONLY: "ERR_STORE_READ_ONLY",
  ERR_LOCK_CLOSED: "ERR_STORE_CLOSED",
  ERR_LOCK_RELEASED: "ERR_LOCK_COMPROMISED",
  ERR_LOCK_IO: "ERR_IO",
};

/**
 * Turns whatever a lower floor or the system threw into the store's one family.
 * Errors that are of it already, programmer's mistakes (TypeError) and the
 * reasons of aborted signals pass as they are.
 */
export function asStowageError(error: unknown, path?: string): unknown {
  if (error instanceof StowageError || error instanceof TypeError || !(error instanceof Error)) return error;
  if (error instanceof LockFileError) {
    const code = error.code === "ERR_LOCK_IO" ? systemErrorCode(errnoOf(error)) : LOCK_CODES[error.code];
    return new StowageError(code, error.message, {
      cause: error,
      path: error.path,
      errno: errnoOf(error),
      holders: error.holders,
    });
  }
  if (error instanceof AtomicFileError) {
    const code = error.code === "ERR_ATOMIC_DURABILITY" ? "ERR_DURABILITY" : systemErrorCode(errnoOf(error));
    return new StowageError(code, error.message, { cause: error, path: error.path, errno: errnoOf(error) });
  }
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const where = path ?? ("path" in error && typeof error.path === "string" ? error.path : undefined);
  return new StowageError(systemErrorCode(errno), systemMessage(error, errno, where), {
    cause: error,
    errno,
    path: where,
  });
}

function systemErrorCode(errno: string | undefined): StowageErrorCode {
  if (errno === undefined) return "ERR_IO";
  if (NO_SPACE.has(errno)) return "ERR_NO_SPACE";
  if (errno === "EROFS") return "ERR_STORE_READ_ONLY";
  return REFUSED.has(errno) ? "ERR_PERMISSION" : "ERR_IO";
}

function systemMessage(error: Error, errno: string, path: string | undefined): string {
  // Calls on a file that is open do not say which.
  const isNamed = path === undefined || error.message.includes(path);
  const named = isNamed ? error.message : `${error.message} '${path}'`;
  // The system's calls can be given thousands of characters, which nobody reads.
  const cut = named.replaceAll(/[^\s']{400,}/g, cutPath);
  // Not every code has a name in Node: see `errnoOf`.
  const what = cut.includes(errno) ? cut : `${cut} (${errno})`;
  if (NO_SPACE.has(errno)) return `${what}; free some space and try again`;
  if (REFUSED.has(errno))
    return `${what}; run as the user who owns ${path === undefined ? "the store" : cutPath(path)}`;
  if (errno === "EROFS") {
    // What is not there cannot be opened.
    const isMaking = "syscall" in error && error.syscall === "mkdir";
    return isMaking ? `${what}; make it on another file system` : `${what}; open the store read-only`;
  }
  if (errno === "ENOTDIR" || errno === "EEXIST") {
    return `${what}; a file lies where the store's folder should be, choose another path`;
  }
  if (errno === "EMFILE" || errno === "ENFILE") return `${what}; raise the limit (ulimit -n)`;
  return what;
}

/** A path as a message may show it: one of a sane length whole, of a longer one beginning and end. */
function cutPath(path: string): string {
  return path.length < 400 ? path : `${path.slice(0, 200)}...${path.slice(-100)}`;
}
