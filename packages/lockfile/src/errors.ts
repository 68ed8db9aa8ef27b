import { constants } from "node:os";

/** Which of the two ways of locking a store uses; a property of the store on disk. */
export type LockProtocol = "kernel" | "portable";

/** `read`: together with other readers. `write`: alone. */
export type LockMode = "read" | "write";

/** Somebody who holds a lock, as far as the system tells. */
export interface LockHolder {
  readonly pid: number;
  readonly mode: LockMode;
  /** The program's short name (on Linux `/proc/PID/comm`). */
  readonly program?: string;
  /** Only when it runs on another machine (portable protocol). */
  readonly host?: string;
  /** Whether it is this process. */
  readonly own: boolean;
}

/**
 * Permanent codes. A code keeps its meaning for ever; messages may be reworded.
 *
 * - `ERR_LOCK_TIMEOUT`: nobody could be let in before `timeout`; `holders` says who is in the way, where known.
 * - `ERR_LOCK_COMPROMISED`: the lock was lost while it was held (portable protocol only).
 * - `ERR_LOCK_RELEASED`: a held lock was used after its release.
 * - `ERR_LOCK_CLOSED`: the lock file was closed, before or during the call.
 * - `ERR_LOCK_READ_ONLY`: writing was asked for, but the lock file was opened read-only or its file system is.
 * - `ERR_LOCK_PROTOCOL`: the store on disk has the other protocol.
 * - `ERR_LOCK_UNSUPPORTED`: this machine or file system cannot lock in the way the store needs.
 * - `ERR_LOCK_IO`: the system refused; `cause` is its error.
 */
export type LockFileErrorCode =
  | "ERR_LOCK_TIMEOUT"
  | "ERR_LOCK_COMPROMISED"
  | "ERR_LOCK_RELEASED"
  | "ERR_LOCK_CLOSED"
  | "ERR_LOCK_READ_ONLY"
  | "ERR_LOCK_PROTOCOL"
  | "ERR_LOCK_UNSUPPORTED"
  | "ERR_LOCK_IO";

/** What every failure of a lock looks like; wrong arguments are a `TypeError` instead. */
export class LockFileError extends Error {
  override readonly name = "LockFileError";
  readonly code: LockFileErrorCode;
  /** The lock file. */
  readonly path: string;
  /** With `ERR_LOCK_TIMEOUT`: those in the way; empty where the system does not tell. */
  readonly holders?: readonly LockHolder[];

  constructor(
    code: LockFileErrorCode,
    path: string,
    message: string,
    details: { readonly cause?: unknown; readonly holders?: readonly LockHolder[] } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.path = path;
    if (details.holders !== undefined) this.holders = details.holders;
  }
}

/** The system's code of an error (`ENOENT`, …), or undefined when it is none of the system's. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** What the system says, with its code in any case: the addon gives a text alone, and Node knows no name for some codes (EDQUOT). */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = systemCode(error);
  const number = "errno" in error && typeof error.errno === "number" ? -error.errno : undefined;
  const isNamed = code !== undefined && !code.startsWith("UNKNOWN") && !code.startsWith("Unknown");
  const name = isNamed ? code : Object.entries(constants.errno).find(([, value]) => value === number)?.[0];
  return name === undefined || error.message.includes(name) ? error.message : `${error.message} (${name})`;
}

/** Wraps an error of the system, so that callers see one family; an error of ours passes as it is. */
export function lockFileError(path: string, action: string, error: unknown): LockFileError {
  if (error instanceof LockFileError) return error;
  const code = systemCode(error);
  if (code === "EROFS") {
    const advice = "its file system is read-only; open it with `readOnly: true` to read without changing it";
    return new LockFileError("ERR_LOCK_READ_ONLY", path, `cannot ${action} ${path}: ${advice}`, {
      cause: error,
    });
  }
  if (code === "ENOLCK" || code === "ENOSYS" || code === "ENOTSUP" || code === "EOPNOTSUPP") {
    const advice =
      "its file system takes no kernel locks; make the store on another one, or as a portable one";
    return new LockFileError("ERR_LOCK_UNSUPPORTED", path, `cannot ${action} ${path}: ${advice}`, {
      cause: error,
    });
  }
  if (code === "ELOOP" || code === "EISDIR" || code === "ENXIO") {
    const advice =
      "it is a link, a folder or something else than a regular file; look at it, and move it away";
    return new LockFileError("ERR_LOCK_IO", path, `cannot ${action} ${path}: ${advice}`, { cause: error });
  }
  const isRefused = code === "EACCES" || code === "EPERM";
  const advice = isRefused ? "; run as the user who owns it, and see that its mode is 0644" : "";
  const message = `cannot ${action} ${path}: ${reasonOf(error)}${advice}`;
  return new LockFileError("ERR_LOCK_IO", path, message, { cause: error });
}

/** One clause that names holders for a person: "podman (pid 12, write)". */
export function describeHolders(holders: readonly LockHolder[]): string {
  if (holders.length === 0) return "a process that the system does not name";
  return holders
    .map((holder) => {
      const where = holder.host === undefined ? "" : ` on ${holder.host}`;
      const who = holder.own ? "this process" : (holder.program ?? "a process");
      return `${who} (pid ${holder.pid}${where}, ${holder.mode})`;
    })
    .join(", ");
}

const { ENOSPC, EDQUOT } = constants.errno;

/** Whether the disk is full, or a quota is: the one has a name in Node, the other has none. */
export const isNoSpace = (error: unknown): boolean =>
  error instanceof Error && "errno" in error && [-ENOSPC, -EDQUOT].includes(Number(error.errno));
