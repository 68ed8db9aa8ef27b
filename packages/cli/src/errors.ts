import type { ExitCode } from "./exit-codes.ts";

/** Permanent codes of failures that are the program's own; those of the store keep the store's codes. */
export type ProgramErrorCode =
  /** The command line was wrong. */
  | "ERR_USAGE"
  /** A line given to `batch` is no request. */
  | "ERR_BAD_REQUEST"
  /** A file that the user named (not one of the store's) could not be read or written: `path`, `errno`. */
  | "ERR_FILE"
  /** A storage.conf of podman's is no TOML, or says something that cannot be: `path`. */
  | "ERR_STORAGE_CONF"
  /** The port that `ui` was to listen on cannot be had: `errno`. */
  | "ERR_PORT"
  /** The answer needs a terminal or a file, and standard output is neither. */
  | "ERR_BINARY_OUTPUT"
  /** Something that must not happen; the message says what. */
  | "ERR_INTERNAL";

export interface ProgramErrorDetails {
  readonly hint?: string | undefined;
  readonly path?: string | undefined;
  readonly errno?: string | undefined;
  readonly cause?: unknown;
}

/** A failure of the program itself: what failed, and in `hint` what the reader can do about it. */
export class ProgramError extends Error {
  override readonly name: string = "ProgramError";
  readonly code: ProgramErrorCode;
  readonly hint: string | undefined;
  readonly details: { readonly path?: string | undefined; readonly errno?: string | undefined };

  constructor(code: ProgramErrorCode, message: string, details: ProgramErrorDetails = {}) {
    const { cause, hint, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.details = rest;
  }
}

/** The command line was wrong: exit code 2. */
export class UsageError extends ProgramError {
  override readonly name: string = "UsageError";
  constructor(message: string, hint?: string) {
    super("ERR_USAGE", message, { hint });
  }
}

/** Why a command was cut short from outside; used as `signal.reason`. Nothing is reported for it. */
export class Interruption extends Error {
  override readonly name: string = "Interruption";
  readonly exitCode: ExitCode;
  constructor(message: string, exitCode: ExitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** A file named on the command line failed; keeps the system's reason. */
export function fileError(action: string, path: string, cause: unknown): ProgramError {
  const errno = errnoOf(cause);
  const reason = errno === undefined ? String(cause) : (fileReasons.get(errno) ?? errno);
  return new ProgramError("ERR_FILE", `cannot ${action} ${path}: ${reason}`, { path, errno, cause });
}

/** The system's name of an error, such as ENOENT; undefined where the system had no part in it. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("errno" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code) ? error.code : undefined;
}

const fileReasons: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "no such file or folder"],
  ["EACCES", "permission denied"],
  ["EPERM", "not permitted"],
  ["EISDIR", "it is a folder"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["ENOSPC", "no space left on the device"],
  ["EROFS", "the file system is read-only"],
]);
