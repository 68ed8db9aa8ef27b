import path from "node:path";
import { StowageError } from "../errors.ts";
import { type BigDataFile, bigDataFile } from "../model/big-data-file.ts";
import type { Container } from "../model/container.ts";
import { isDataFolderName, LONGEST_PATH } from "../model/data-folder.ts";
import { JOURNAL_FILE, TOMBSTONE_FOLDER } from "../model/leftovers.ts";

export { HELD_PREFIX, SET_ASIDE_PREFIX, TEMPORARY_PREFIX } from "../model/leftovers.ts";

/** Files that live in one folder or in another, as the store is transient or not. */
export interface MovingFiles {
  readonly volatileFile: string;
  readonly lockFile: string;
}

/**
 * The one gate through which ids and keys become paths. Nothing it gives out
 * lies outside the store's folder.
 *
 * ```text
 * dir/containers.json            stable records
 * dir/volatile-containers.json   volatile records      (transient: in runDir)
 * dir/containers.lock            lock and token        (transient: in runDir)
 * dir/<id>/<file>                big data
 * ```
 */
export class StorePaths {
  readonly dir: string;
  readonly runDir: string | undefined;
  /** Where this store keeps its volatile records, when that is not its own folder; other things may be there, too. */
  readonly volatileDir: string | undefined;
  readonly transient: boolean;
  readonly stableFile: string;
  readonly volatileFile: string;
  readonly lockFile: string;
  /** There while a change of several files is under way: see commit.ts. */
  readonly journalFile: string;
  /** There while a deletion holds that the files of records do not show yet: see tombstone.ts. */
  readonly tombstone: string;
  /**
   * Where these two would be in the other mode, transient or not. Users in that
   * mode do not exclude those in this one. Undefined where no run folder is known.
   */
  readonly otherMode: MovingFiles | undefined;

  constructor(options: { dir: string; runDir?: string | undefined; transient?: boolean | undefined }) {
    this.dir = path.resolve(options.dir);
    this.runDir = options.runDir === undefined ? undefined : path.resolve(options.runDir);
    this.transient = options.transient ?? false;
    if (this.transient && this.runDir === undefined) {
      throw new TypeError("a transient store needs a run folder: give `runDir`");
    }
    const moving = this.transient && this.runDir !== undefined ? this.runDir : this.dir;
    this.volatileDir = moving === this.dir ? undefined : moving;
    this.stableFile = path.join(this.dir, "containers.json");
    this.journalFile = path.join(this.dir, JOURNAL_FILE);
    this.tombstone = path.join(this.dir, TOMBSTONE_FOLDER);
    const { volatileFile, lockFile } = movingFiles(moving);
    this.volatileFile = volatileFile;
    this.lockFile = lockFile;
    const other = this.transient ? this.dir : this.runDir;
    this.otherMode = other === undefined || other === moving ? undefined : movingFiles(other);
  }

  /** The container's folder, or undefined for an id that can have none. */
  dataFolder(id: string): string | undefined {
    return isDataFolderName(id) ? path.join(this.dir, id) : undefined;
  }

  /** @throws StowageError ERR_INVALID_ID */
  requireDataFolder(id: string): string {
    const folder = this.dataFolder(id);
    if (folder !== undefined) return folder;
    throw new StowageError(
      "ERR_INVALID_ID",
      `the id ${JSON.stringify(shorten(id))} is no plain file name, so no data is kept, read or removed under it; ` +
        "its record can still be listed and deleted",
      { ref: id, path: this.dir },
    );
  }

  /** Whether the container's item of this key has a file: see `dataFile`. */
  hasDataFile(id: string, key: string): boolean {
    return isDataFolderName(id) && this.#item(id, key) !== undefined;
  }

  /** The paths of all items of a container that have one. */
  itemFiles({ id, bigDataNames }: Pick<Container, "id" | "bigDataNames">): Set<string> {
    const keys = bigDataNames.filter((key) => this.hasDataFile(id, key));
    return new Set(keys.map((key) => this.dataFile(id, key, false).file));
  }

  /**
   * The folders that lead to an item from the container's own, and its file.
   *
   * @throws StowageError ERR_INVALID_ID, or ERR_INVALID_BIG_DATA_NAME for a key
   * that has no file strictly inside the container's folder or (with `forWriting`)
   * one that must not be written.
   */
  dataFile(id: string, key: string, forWriting: boolean): { folders: string[]; file: string } {
    const folder = this.requireDataFolder(id);
    const item = this.#item(id, key);
    if (item === undefined || (forWriting && !item.writable)) {
      throw new StowageError(
        "ERR_INVALID_BIG_DATA_NAME",
        `${JSON.stringify(shorten(key))} ${item?.components[0] === "userdata" ? "is the folder that podman keeps in each container's" : "would not be a file of its own inside the container's folder"}; ` +
          "choose another key: not a valid name for a big data item",
        { key, path: folder },
      );
    }
    const folders = [folder];
    for (const component of item.components.slice(0, -1)) {
      folders.push(path.join(folders.at(-1) ?? folder, component));
    }
    return { folders, file: path.join(folder, ...item.components) };
  }

  /** Undefined also where the whole path would be longer than the system takes: a key can lead through very many folders. */
  #item(id: string, key: string): BigDataFile | undefined {
    const item = bigDataFile(key);
    const parts = [this.dir, id, ...(item?.components ?? [])];
    return Buffer.byteLength(parts.join("/")) <= LONGEST_PATH ? item : undefined;
  }
}

function movingFiles(folder: string): MovingFiles {
  return {
    volatileFile: path.join(folder, "volatile-containers.json"),
    lockFile: path.join(folder, "containers.lock"),
  };
}

const shorten = (text: string): string => (text.length > 80 ? `${text.slice(0, 77)}...` : text);
