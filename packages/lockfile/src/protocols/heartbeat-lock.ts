import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import type * as Engine from "proper-lockfile";
import { LockFileError, systemCode } from "../errors.ts";
import { EngineFiles, isStale, ownersIn } from "./engine-files.ts";
import type { Owner } from "./owner.ts";
import type { SpareFolders } from "./spare-folders.ts";

/** Milliseconds between heartbeats: the shortest that the engine has, so that any `stale` of others is kept. */
const heartbeat = 1_000;

type Lock = (typeof Engine)["lock"];
let engine: Promise<Lock> | undefined;

function loadEngine(): Promise<Lock> {
  // Only when it is needed: importing it installs handlers for the signals that end a process.
  engine ??= import("proper-lockfile").then((module) => module.default.lock);
  return engine;
}

/**
 * An exclusive lock that is a folder, with proper-lockfile as its engine: the
 * folder's time is renewed every second, and when that has not happened for
 * `stale` ms, others may take it.
 *
 * A file in the folder names its owner. All taking away goes by that name (see
 * EngineFiles), so that a lock is only ever removed from the one it was meant
 * for, and so that "is it still mine?" has an exact answer at any moment.
 */
export class HeartbeatLock {
  readonly #ownerFile: string;
  readonly #release: () => Promise<void>;
  readonly #lost = new AbortController();

  private constructor(ownerFile: string, release: () => Promise<void>) {
    this.#ownerFile = ownerFile;
    this.#release = release;
  }

  /** One try; undefined when somebody has it. The folder above must be there. */
  static async tryTake(
    folder: string,
    lockFile: string,
    owner: Owner,
    stale: number,
    spares: SpareFolders,
  ): Promise<HeartbeatLock | undefined> {
    const lock = await loadEngine();
    const id = randomBytes(16).toString("hex");
    const files = new EngineFiles(folder, id, owner, stale, spares);
    let taken: HeartbeatLock | undefined;
    const options = {
      lockfilePath: folder,
      realpath: false,
      retries: 0,
      stale,
      update: heartbeat,
      fs: files,
      // Left out, it would throw out of a timer.
      onCompromised: (cause: Error) => taken?.lose(lockFile, cause),
    };
    try {
      // The engine keeps its locks by this name; two that share it would stop each other's heartbeat.
      const release = await lock(`${folder}#${id}`, options);
      taken = new HeartbeatLock(files.ownerFile, release);
      return taken;
    } catch (error) {
      if (systemCode(error) === "ELOCKED") return undefined;
      throw error;
    }
  }

  /** Aborts, with the error as its reason, when the lock is found to be lost. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether nobody has taken it away; one system call. */
  isHeld(): boolean {
    return !this.#lost.signal.aborted && existsSync(this.#ownerFile);
  }

  assertHeld(lockFile: string): void {
    if (!this.isHeld()) this.lose(lockFile);
    this.#lost.signal.throwIfAborted();
  }

  lose(lockFile: string, cause?: unknown): void {
    if (this.#lost.signal.aborted) return;
    const message =
      `the lock ${lockFile} was lost while it was held: this process did not renew it in time (it was ` +
      "stopped, or too busy), and others may have it now; do not go on writing, take the lock again";
    this.#lost.abort(new LockFileError("ERR_LOCK_COMPROMISED", lockFile, message, { cause }));
  }

  /** Lets go. Harmless when it was lost: what others have now is not touched. */
  async release(): Promise<void> {
    try {
      await this.#release();
    } catch (error) {
      const code = systemCode(error);
      if (code !== "ERELEASED" && code !== "ENOTACQUIRED") throw error;
    }
  }
}

/**
 * Whether somebody has the lock `folder`. One whose owner has not renewed it
 * for `stale` ms is taken away from him, and is not had by anybody any more.
 */
export async function isTaken(folder: string, stale: number): Promise<boolean> {
  // The owner first, then the time: see EngineFiles.
  const owners = await ownersIn(folder);
  if (owners.length === 0) return false;
  if (!(await isStale(folder, stale))) return true;
  await EngineFiles.evict(folder, owners);
  return false;
}
