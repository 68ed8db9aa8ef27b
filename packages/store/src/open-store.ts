import { type HeldReadLock, openLockFile } from "@stowage/lockfile";
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import type { ContainerStore } from "./container-store.ts";
import { StowageError } from "./errors.ts";
import type { OpenOptions } from "./options.ts";
import { inheritCommit } from "./persistence/commit.ts";
import { ensureFolder, folderOf, unless } from "./persistence/disk.ts";
import { Door } from "./persistence/door.ts";
import { asStowageError } from "./persistence/failures.ts";
import { lookAt } from "./persistence/look.ts";
import { StorePaths } from "./persistence/paths.ts";
import { ensureFolderOfRecords } from "./persistence/store-folder.ts";
import { checkedQuota } from "./operations/quota.ts";
import { OpenedContainerStore } from "./store.ts";

/**
 * Opens the container store of a folder, and makes it when there is none (not
 * with `readOnly`). The files are read once, so that a damaged store is known
 * now (not with `acceptDamage`). The caller closes it, or writes `await using`.
 *
 * @throws StowageError ERR_STORE_DAMAGED, ERR_STORE_NOT_FOUND, ERR_LOCK_TIMEOUT,
 * ERR_LOCK_PROTOCOL, ERR_LOCK_UNSUPPORTED, or what the system says
 * @throws TypeError for options of the wrong kind
 */
export async function openContainerStore(options: OpenOptions): Promise<ContainerStore> {
  if (typeof options.dir !== "string" || options.dir === "")
    throw new TypeError("dir must be the path of a folder");
  const paths = new StorePaths(options);
  const quota = checkedQuota(options.quota);
  try {
    await prepareFolders(paths, options);
    const lock = await openLockFile(paths.lockFile, {
      protocol: options.lock ?? "auto",
      readOnly: options.readOnly ?? false,
      inherit: (left, folder) => inheritCommit(paths, left, folder),
    });
    const warn = options.onWarning ?? (() => undefined);
    await assertPortableWhereItCanBe(paths, lock.protocol).catch(async (error: unknown) => {
      await lock.close();
      throw error;
    });
    const door = new Door(paths, lock, { lockTimeout: options.lockTimeout, warn, quota });
    try {
      const look = (held: HeldReadLock): void => {
        if (held.locked) return;
        warn(
          `${paths.lockFile} cannot be locked without writing: the store is read without a lock, ` +
            "and a change made meanwhile may be seen half",
        );
      };
      if (options.acceptDamage === true) await door.readUnloaded(options, look);
      else await door.read(options, (_catalog, held) => look(held));
    } catch (error) {
      await door.close();
      throw error;
    }
    return new OpenedContainerStore(door);
  } catch (error) {
    throw asStowageError(error, paths.dir);
  }
}

async function prepareFolders(paths: StorePaths, options: OpenOptions): Promise<void> {
  if (options.lock === "portable" && (await isInGraphRoot(paths.dir))) throw portableInGraphRoot(paths);
  if (options.readOnly !== true) {
    await ensureFolderOfRecords(paths.stableFile);
    if (paths.transient && paths.runDir !== undefined) await ensureFolder(path.resolve(paths.runDir));
    return;
  }
  if (lookAt(`${paths.dir}${path.sep}`)?.isDirectory() === true) return;
  throw new StowageError("ERR_STORE_NOT_FOUND", `there is no store at ${paths.dir}; check the path`, {
    path: paths.dir,
  });
}

function portableInGraphRoot(paths: StorePaths): StowageError {
  return new StowageError(
    "ERR_LOCK_PROTOCOL",
    `${paths.dir} lies in a containers/storage tree, whose programs know only kernel locks and are not kept out by ` +
      `portable ones; use \`lock: "kernel"\`, after removing ${paths.lockFile}.portable if that is there and nobody uses it`,
    { path: paths.dir },
  );
}

/**
 * Portable locks, also those that the store on disk has already, keep nobody of
 * containers/storage out. And a portable writer prepares all files beside the
 * lock file and renames them into place, which works on one file system only.
 */
async function assertPortableWhereItCanBe(paths: StorePaths, protocol: "kernel" | "portable"): Promise<void> {
  if (protocol !== "portable") return;
  if (await isInGraphRoot(paths.dir)) throw portableInGraphRoot(paths);
  if (!paths.transient) return;
  const [store, run] = await Promise.all([stat(paths.dir), stat(folderOf(paths.lockFile))]);
  if (store.dev === run.dev) return;
  throw new StowageError(
    "ERR_LOCK_PROTOCOL",
    `${paths.dir} and ${folderOf(paths.lockFile)} are on two file systems, which portable locks cannot serve; ` +
      "make a transient store with kernel locks",
    { path: paths.lockFile },
  );
}

/** The storage drivers of containers/storage. */
const DRIVERS = new Set(["aufs", "btrfs", "overlay", "overlay2", "vfs", "windowsfilter", "zfs"]);

/** Whether the folder is `<root>/<driver>-containers` of containers/storage, by its name or by what lies beside it. */
async function isInGraphRoot(dir: string): Promise<boolean> {
  const name = path.basename(dir);
  if (!name.endsWith("-containers")) return false;
  const driver = name.slice(0, -"-containers".length);
  if (DRIVERS.has(driver)) return true;
  const beside = (await unless(["ENOENT", "EACCES"], readdir(path.dirname(dir)))) ?? [];
  return [driver, `${driver}-layers`, `${driver}-images`, "storage.lock"].some((sign) =>
    beside.includes(sign),
  );
}
