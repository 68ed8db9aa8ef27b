import { constants } from "node:os";

/** Permanent codes of {@link AtomicFileError}; messages may be reworded. */
export type AtomicFileErrorCode =
  /** The disk or a quota is full (ENOSPC, EDQUOT). */
  | "ERR_ATOMIC_NO_SPACE"
  /** The system does not allow it (EACCES, EPERM, EROFS). */
  | "ERR_ATOMIC_PERMISSION"
  /** A folder of the path is not there (ENOENT), or the temporary file was taken away under the writer. */
  | "ERR_ATOMIC_MISSING_FOLDER"
  /** Any other failure of the system: `errno` has its code. */
  | "ERR_ATOMIC_IO"
  /** The system took fewer bytes than it was given and gave no reason, or the file has another size than was written. */
  | "ERR_ATOMIC_SHORT_WRITE"
  /** The new content is visible, but the system could not say that it survives a loss of power. */
  | "ERR_ATOMIC_DURABILITY"
  /** Some files of a set appeared and the others did not: `appeared` has the paths of those that did. */
  | "ERR_ATOMIC_PARTIAL"
  /** Misuse: written to after `finish`. */
  | "ERR_ATOMIC_FINISHED"
  /** Misuse: used after `commit`. */
  | "ERR_ATOMIC_COMMITTED"
  /** Misuse: used after `abandon`. */
  | "ERR_ATOMIC_ABANDONED";

/** What a program needs to act on an error. */
export interface AtomicFileErrorDetails {
  readonly path: string;
  readonly syscall?: string | undefined;
  readonly errno?: string | undefined;
  readonly leftover?: string | undefined;
  readonly appeared?: readonly string[] | undefined;
  readonly lasting?: boolean | undefined;
  readonly cause?: unknown;
}

/**
 * A write that did not come to its end. Unless the code is `ERR_ATOMIC_DURABILITY` or `ERR_ATOMIC_PARTIAL`, whatever
 * was at the path before is still there, whole.
 */
export class AtomicFileError extends Error {
  readonly code: AtomicFileErrorCode;
  /** The file that was to be written; for a writer that has no path yet, its temporary file. */
  readonly path: string;
  /** The system call that failed, such as "fdatasync". */
  readonly syscall: string | undefined;
  /** The system's own code, such as "EIO". */
  readonly errno: string | undefined;
  /** The temporary file, when not even that could be removed. */
  readonly leftover: string | undefined;
  /** Of a set: the paths at which the new content is visible. */
  readonly appeared: readonly string[];
  /** Of a set of which only a part appeared: whether that part is certain to survive a loss of power, as far as that was asked for. */
  readonly lasting: boolean;

  constructor(code: AtomicFileErrorCode, message: string, details: AtomicFileErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "AtomicFileError";
    this.code = code;
    this.path = details.path;
    this.syscall = details.syscall;
    this.errno = details.errno;
    this.leftover = details.leftover;
    this.appeared = details.appeared ?? [];
    this.lasting = details.lasting ?? false;
  }
}

const REASONS = new Map<string, readonly [AtomicFileErrorCode, string]>([
  ["ENOSPC", ["ERR_ATOMIC_NO_SPACE", "no space is left on the device; free some and try again"]],
  ["EDQUOT", ["ERR_ATOMIC_NO_SPACE", "the disk quota is used up; free some space and try again"]],
  ["EACCES", ["ERR_ATOMIC_PERMISSION", "permission denied; check the owner and mode of the folder"]],
  ["EPERM", ["ERR_ATOMIC_PERMISSION", "the system does not permit it; check owner, mode and attributes"]],
  ["EROFS", ["ERR_ATOMIC_PERMISSION", "the file system is read-only; mount it for writing"]],
  [
    "ENOENT",
    [
      "ERR_ATOMIC_MISSING_FOLDER",
      "the folder, or the temporary file in it, is not there; make the folder first",
    ],
  ],
  ["EISDIR", ["ERR_ATOMIC_IO", "a folder has that path; remove it or choose another path"]],
  ["ENOTDIR", ["ERR_ATOMIC_IO", "a part of the path is a file, not a folder"]],
  ["EXDEV", ["ERR_ATOMIC_IO", "the staging folder lies on another file system; choose one on the same"]],
  ["EMFILE", ["ERR_ATOMIC_IO", "this process has too many files open; close some or raise the limit"]],
  ["ENFILE", ["ERR_ATOMIC_IO", "the system has too many files open; try again later"]],
  ["ENAMETOOLONG", ["ERR_ATOMIC_IO", "the name is too long for the file system"]],
  ["EFBIG", ["ERR_ATOMIC_IO", "the file would be larger than the system allows"]],
  ["EIO", ["ERR_ATOMIC_IO", "the device failed; check it, and the system's log"]],
]);

/** The system's code of a failure, such as "EDQUOT"; undefined when it is no failure of the system. */
export function errnoOf(error: unknown): string | undefined {
  const { code, errno } = error as NodeJS.ErrnoException;
  // libuv does not know every code ("UNKNOWN", "Unknown system error -122"): the number does.
  for (const [name, number] of Object.entries(constants.errno)) if (number === -(errno ?? 0)) return name;
  return code;
}

/** The error for a failed system call on the way to replacing `path`. */
export function systemError(error: unknown, path: string): AtomicFileError {
  const { syscall } = error as NodeJS.ErrnoException;
  const errno = errnoOf(error);
  const [code, reason] = REASONS.get(errno ?? "") ?? ["ERR_ATOMIC_IO", "the system reports a failure"];
  return new AtomicFileError(
    code,
    `cannot write ${path}: ${reason} (${errno ?? String(error)}${syscall === undefined ? "" : ` in ${syscall}`})`,
    { path, syscall, errno, cause: error },
  );
}

/** The error for a write that failed for `reason`, and whose temporary file then could not be removed for `failure`. */
export function leftoverError(reason: unknown, failure: Error, leftover: string): AtomicFileError {
  const besides = `; besides, the temporary file ${leftover} could not be removed (${failure.message}): remove it`;
  if (reason instanceof AtomicFileError) {
    const { code, message, path, syscall, errno, appeared, lasting, cause } = reason;
    return new AtomicFileError(code, message + besides, {
      ...{ path, syscall, errno, leftover, appeared, lasting, cause },
    });
  }
  const message = reason instanceof Error ? reason.message : String(reason);
  const { code: errno, syscall } = failure as NodeJS.ErrnoException;
  const { code } = systemError(failure, leftover);
  return new AtomicFileError(code, message + besides, {
    path: leftover,
    syscall,
    errno,
    leftover,
    cause: reason,
  });
}
