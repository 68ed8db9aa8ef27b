import { rmdirSync, unlinkSync, type PathLike, type Stats } from "node:fs";
import { access, lstat, rename, rmdir, unlink, utimes } from "node:fs/promises";
import path from "node:path";
import { systemCode } from "../errors.ts";
import { type Owner, writeOwner } from "./owner.ts";
import { readRealFolder } from "./real-folder.ts";
import type { SpareFolders } from "./spare-folders.ts";

const ownerPrefix = "owner-";

/** The names of the owner files in a lock folder: one when somebody has the lock, else none. */
export async function ownersIn(folder: string): Promise<string[]> {
  try {
    return (await readRealFolder(folder)).filter((name) => name.startsWith(ownerPrefix));
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw error;
  }
}

/** Whether a lock folder's time is `stale` ms away from now: behind, or ahead after the clock was set back. */
export async function isStale(folder: string, stale: number): Promise<boolean> {
  try {
    return isOld((await lstat(folder)).mtime, stale);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw error;
  }
}

function isOld(time: Date, stale: number): boolean {
  return Math.abs(Date.now() - time.getTime()) > stale;
}

type Callback<T extends unknown[]> = (error: NodeJS.ErrnoException | null, ...results: T) => void;

/**
 * The file system as proper-lockfile sees it for one lock. Where the engine
 * makes and removes an empty folder, this makes one that holds a file named
 * after its owner, in one step (by renaming), and removes it by unlinking that
 * name first:
 *
 * - taking succeeds for one only: a folder cannot be renamed over one that is not empty;
 * - letting go and taking away can never hit the lock of somebody who came in
 *   between, whose file has another name;
 * - whoever was robbed of the lock finds his file gone.
 *
 * The engine's plain folders have none of the three.
 */
export class EngineFiles {
  readonly ownerFile: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #owner: Owner;
  readonly #stale: number;
  readonly #spares: SpareFolders;
  #taken = false;

  constructor(folder: string, id: string, owner: Owner, stale: number, spares: SpareFolders) {
    this.#folder = folder;
    this.#spares = spares;
    this.#name = ownerPrefix + id;
    this.ownerFile = path.join(folder, this.#name);
    this.#owner = owner;
    this.#stale = stale;
  }

  /** Takes the lock away from `owners`, who were in the folder when its time was found to be old. */
  static async evict(folder: string, owners: readonly string[]): Promise<void> {
    for (const name of owners) await twice(() => ignoring(unlink(path.join(folder, name)), "ENOENT"));
    await twice(() => ignoring(rmdir(folder), "ENOENT", "ENOTEMPTY", "EEXIST"));
  }

  // What follows is called by the engine, always for this lock's folder.

  mkdir(_folder: PathLike, callback: Callback<[]>): void {
    answer(this.#take(), callback);
  }

  rmdir(_folder: PathLike, callback: Callback<[]>): void {
    answer(this.#taken ? this.#letGo() : this.#evictStale(), callback);
  }

  stat(_folder: PathLike, callback: Callback<[Stats]>): void {
    answer(this.#stat(), callback);
  }

  utimes(folder: PathLike, atime: Date, mtime: Date, callback: Callback<[]>): void {
    // Somebody else's folder must not be renewed in the belief that it is ours.
    const renewed = access(this.ownerFile).then(() => utimes(folder, atime, mtime));
    answer(renewed, callback);
  }

  /** At the end of the process. */
  rmdirSync(): void {
    unlinkSync(this.ownerFile);
    rmdirSync(this.#folder);
  }

  async #take(): Promise<void> {
    if ((await ownersIn(this.#folder)).length > 0) throw occupied(this.#folder);
    const prepared = `${this.#folder}.${this.#name}`;
    const ownerFile = path.join(prepared, this.#name);
    try {
      await this.#spares.make(prepared);
      await writeOwner(ownerFile, this.#owner, this.#spares.file);
      await rename(prepared, this.#folder);
      this.#taken = true;
    } catch (error) {
      await ignoring(unlink(ownerFile), "ENOENT");
      // Whatever is left of it is nobody's lock, and goes when it is old.
      await ignoring(rmdir(prepared), "ENOENT", "ENOTEMPTY", "EEXIST");
      const code = systemCode(error);
      const lostRace = code === "ENOTEMPTY" || (process.platform === "win32" && code === "EPERM");
      throw lostRace ? occupied(this.#folder) : error;
    }
  }

  async #letGo(): Promise<void> {
    await EngineFiles.evict(this.#folder, [this.#name]);
  }

  async #evictStale(): Promise<void> {
    // The owners are read before the time, so that whoever comes in between is not among them.
    const owners = await ownersIn(this.#folder);
    if (await isStale(this.#folder, this.#stale)) await EngineFiles.evict(this.#folder, owners);
  }

  async #stat(): Promise<Stats> {
    // Somebody else's folder in the same place is not ours: the engine takes ENOENT for a lost lock.
    if (this.#taken) await access(this.ownerFile);
    const stats = await lstat(this.#folder);
    // The engine knows only times that lie behind; one far ahead would be respected for ever.
    if (!this.#taken && isOld(stats.mtime, this.#stale)) stats.mtime = new Date(0);
    return stats;
  }
}

function occupied(folder: string): Error {
  return Object.assign(new Error(`${folder} is taken`), { code: "EEXIST" });
}

function answer<T>(work: Promise<T>, callback: Callback<T extends void ? [] : [T]>): void {
  const done = callback as (error: unknown, result?: T) => void;
  // The callback is called outside the promise, so that what it throws is not taken for our failure.
  work.then(
    (result) => setImmediate(() => done(null, result)),
    (error: unknown) => setImmediate(() => done(error)),
  );
}

/** A lock that is not let go keeps everybody out until it is stale: a moment's failure of the system must not do that. */
async function twice(work: () => Promise<void>): Promise<void> {
  await work().catch(work);
}

async function ignoring(work: Promise<void>, ...codes: string[]): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!codes.includes(systemCode(error) ?? "")) throw error;
  }
}
