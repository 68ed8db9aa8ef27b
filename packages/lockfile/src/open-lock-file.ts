import { realpathSync } from "node:fs";
import path from "node:path";
import { LockFileError, lockFileError, systemCode, type LockProtocol } from "./errors.ts";
import { makeFolder } from "./protocols/make-folder.ts";
import { OpenedLockFile, type LockFile } from "./lock-file.ts";
import { openProtocol, type ProtocolChoice } from "./open-protocol.ts";
import { loadKernelLocks } from "./protocols/addon.ts";
import type { Inherit } from "./protocols/leases.ts";
import { SharedLock } from "./shared-lock.ts";

export interface OpenLockFileOptions {
  /**
   * `auto` (the default) follows the store on disk; a new one is `kernel` where
   * the native addon loads, else `portable`. A protocol that is asked for by
   * name must be the store's: it is chosen when the store is made.
   */
  readonly protocol?: "auto" | LockProtocol | undefined;
  /**
   * Never makes and never writes anything, so that it works on a read-only
   * file system. Without a lock file, or where a lock cannot be had without
   * writing (portable), reading goes on unlocked, and the held lock says so.
   */
  readonly readOnly?: boolean | undefined;
  /**
   * Milliseconds after which a portable lock whose holder gives no sign of life
   * may be taken over; at least 2,000, by default 10,000. Use one value in all
   * programs. Within a process, the first to open a path decides.
   */
  readonly stale?: number | undefined;
  /**
   * What is to be done with the folder of a portable writer who lost the lock or
   * died (`left`), before it is removed: files may be renamed from there into
   * `folder`, which becomes the next writer's `stagingFolder`. Called while
   * nobody else is inside; what it throws makes the locking call fail. Never
   * called for kernel locks. Those of all who have the path open are called.
   */
  readonly inherit?: Inherit | undefined;
}

const defaultStale = 10_000;
const leastStale = 2_000;

interface Shared {
  readonly lock: SharedLock;
  /** One for each opening that gave any. */
  readonly heirs: Set<Inherit>;
  users: number;
}

// By access and real path. Reading only has a lock of its own, since it must never write.
const shared = new Map<string, Shared>();

/**
 * Opens the lock file `path`, and makes it (0644, less the umask) and its
 * folder (0700) unless `readOnly`. Close it after use; locks are taken with
 * the methods of the result. All who open one path in one process share one
 * lock, as containers/storage `GetLockFile`.
 *
 * ERR_LOCK_PROTOCOL when the store has the other protocol, ERR_LOCK_UNSUPPORTED
 * when it needs the native addon and that does not load on this machine,
 * ERR_LOCK_READ_ONLY on a read-only file system, ERR_LOCK_IO when the system
 * refuses otherwise (also to load the addon: that is tried again the next time),
 * `TypeError` for arguments of the wrong kind.
 */
export async function openLockFile(path: string, options: OpenLockFileOptions = {}): Promise<LockFile> {
  const { protocol = "auto", readOnly = false, stale = defaultStale, inherit } = options;
  checkArguments(path, protocol, readOnly, stale, inherit);
  const addon = await loadKernelLocks();
  // From here on nothing waits, so that two openings of one path cannot miss each other.
  const realPath = resolve(path, readOnly);
  const key = `${readOnly ? "r" : "w"} ${realPath}`;
  const entry = shared.get(key) ?? share(realPath, { protocol, readOnly, stale, addon });
  if (protocol !== "auto" && protocol !== entry.lock.protocol) throw openMismatch(entry.lock, protocol);
  entry.users += 1;
  shared.set(key, entry);
  // A function of its own, as one that is given twice must stay until both are closed.
  const heir: Inherit | undefined = inherit && ((left, folder) => inherit(left, folder));
  if (heir !== undefined) entry.heirs.add(heir);
  return new OpenedLockFile(entry.lock, readOnly, () => {
    entry.users -= 1;
    if (heir !== undefined) entry.heirs.delete(heir);
    if (entry.users > 0) return;
    shared.delete(key);
    entry.lock.close();
  });
}

function share(realPath: string, choice: Omit<ProtocolChoice, "inherit">): Shared {
  const heirs = new Set<Inherit>();
  const inherit: Inherit = async (left, folder) => {
    for (const heir of [...heirs]) await heir(left, folder);
  };
  return { lock: new SharedLock(realPath, openProtocol(realPath, { ...choice, inherit })), heirs, users: 0 };
}

function checkArguments(
  path: unknown,
  protocol: unknown,
  readOnly: unknown,
  stale: unknown,
  inherit: unknown,
): void {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new TypeError("the path of a lock file must be a string, not empty and without NUL");
  }
  if (protocol !== "auto" && protocol !== "kernel" && protocol !== "portable") {
    throw new TypeError(`protocol must be "auto", "kernel" or "portable", not ${String(protocol)}`);
  }
  if (typeof readOnly !== "boolean") throw new TypeError("readOnly must be true or false");
  if (inherit !== undefined && typeof inherit !== "function")
    throw new TypeError("inherit must be a function");
  if (typeof stale !== "number" || !(stale >= leastStale && stale < Number.POSITIVE_INFINITY)) {
    throw new TypeError(
      `stale must be a number of milliseconds, at least ${leastStale}, not ${String(stale)}`,
    );
  }
}

function openMismatch(lock: SharedLock, asked: LockProtocol): LockFileError {
  const message =
    `${lock.path} is open in this process with the ${lock.protocol} lock protocol and cannot be opened ` +
    `with ${asked} beside it; open it with protocol "auto"`;
  return new LockFileError("ERR_LOCK_PROTOCOL", lock.path, message);
}

/** The real path of the folder, and the name as it is: a link in the place of the lock file is not followed. */
function resolve(file: string, readOnly: boolean): string {
  const absolute = path.resolve(file);
  const folder = path.dirname(absolute);
  try {
    if (!readOnly) makeFolder(folder);
    return path.join(realFolder(folder), path.basename(absolute));
  } catch (error) {
    throw lockFileError(absolute, "open", error);
  }
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    const code = systemCode(error);
    const parent = path.dirname(folder);
    if ((code !== "ENOENT" && code !== "ENOTDIR") || parent === folder) throw error;
    return path.join(realFolder(parent), path.basename(folder));
  }
}
