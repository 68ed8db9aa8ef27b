import type { LockMode } from "../errors.ts";

/** One line of Linux's `/proc/locks`. */
export interface ProcLock {
  /** Waits for the lock instead of holding it (only those who block in the kernel are seen). */
  readonly blocked: boolean;
  readonly mode: LockMode;
  /** -1 for a lock of an open file description, which belongs to no process; 0 for one of another container. */
  readonly pid: number;
  /** Device and inode as the kernel writes them, `fe:00:2146351`. */
  readonly file: string;
  /** First and last byte; the last one is Infinity for "to the end of any file". */
  readonly start: number;
  readonly end: number;
}

// 1: OFDLCK ADVISORY  WRITE -1 fe:00:2146351 0 EOF
// 1: -> POSIX  ADVISORY  WRITE 4711 fe:00:2146351 0 EOF
const line =
  /^\d+: +(-> )?(?:OFDLCK|POSIX) +\S+ +(READ|WRITE) +(-?\d+) ([0-9a-f]+:[0-9a-f]+:\d+) (\d+) (\d+|EOF)\s*$/;

/** Reads the lines of `/proc/locks` (or those after `lock:` in a fdinfo file) that are locks as ours and Go's. */
export function parseProcLocks(text: string): ProcLock[] {
  const locks: ProcLock[] = [];
  for (const row of text.split("\n")) {
    const match = line.exec(row);
    if (match === null) continue;
    const [, arrow, mode, pid, file, start, end] = match;
    locks.push({
      blocked: arrow !== undefined,
      mode: mode === "WRITE" ? "write" : "read",
      pid: Number(pid),
      file: file ?? "",
      start: Number(start),
      end: end === "EOF" ? Number.POSITIVE_INFINITY : Number(end),
    });
  }
  return locks;
}

/** The kernel's way of writing a file's device and inode, from what `stat` says. */
export function fileKey(dev: bigint, ino: bigint): string {
  // The inverse of glibc's makedev.
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
  const hex = (value: bigint): string => value.toString(16).padStart(2, "0");
  return `${hex(major)}:${hex(minor)}:${ino}`;
}

/**
 * The locks on one file, each process once: a table that changes while it is
 * read may show an entry twice. Those that name no process are all kept.
 */
export function locksOn(file: string, locks: readonly ProcLock[]): ProcLock[] {
  const seen = new Set<string>();
  return locks.filter((lock) => {
    if (lock.file !== file) return false;
    if (lock.pid <= 0) return true;
    const entry = `${lock.pid} ${lock.mode} ${lock.blocked}`;
    const isNew = !seen.has(entry);
    seen.add(entry);
    return isNew;
  });
}

/**
 * Processes that poll cannot be seen in `/proc/locks`, so ours leave a mark: a
 * shared lock of one small range on the *folder* of the lock file, which no
 * other program locks and which goes away with its process. The range says who
 * waits for what and since when.
 */
export interface WaitMark {
  readonly mode: LockMode;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** Which lock file of the folder is meant: the low bits of its inode. */
  readonly target: number;
}

const targets = 2 ** 16;

export function markTarget(ino: number): number {
  return ino % targets;
}

/** The range that says it: its start tells when and what for, its length which file. */
export function markRange(mark: WaitMark): { readonly start: number; readonly length: number } {
  return { start: mark.since * 2 + (mark.mode === "write" ? 1 : 0), length: mark.target + 1 };
}

/** Reads a mark from the range of a lock on a folder; undefined when the range cannot be one of ours. */
export function readMark(lock: Pick<ProcLock, "start" | "end" | "mode" | "blocked">): WaitMark | undefined {
  const target = lock.end - lock.start;
  const since = Math.floor(lock.start / 2);
  if (lock.blocked || lock.mode !== "read" || !(target < targets) || since < 1e12) return undefined;
  return { mode: lock.start % 2 === 1 ? "write" : "read", since, target };
}
