import { link, mkdir, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { openItem, removeFile, removeTree, uniqueName, unless } from "./disk.ts";
import { lookAt } from "./look.ts";
import { HELD_PREFIX, type StorePaths } from "./paths.ts";

/** What file systems and systems say that give no second name to a file. */
const NO_LINKS = ["EPERM", "EACCES", "EROFS", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK", "EXDEV"];

/** An item that stays what it is. */
export interface HeldItem {
  readonly size: number;
  /** The caller closes the handle. */
  open(): Promise<FileHandle>;
  /** It is not wanted any more. */
  drop(): Promise<void>;
}

/**
 * Keeps items as they are at one moment, however many and however long, without
 * open files and without a lock: by a second name of each, in a folder of its own
 * inside of the store's. An item is only ever replaced by another file, so what
 * has the second name never changes. What a killed process leaves of it, garbage
 * collection removes.
 */
export class HeldItems implements AsyncDisposable {
  readonly #folder: string;
  #count = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined where nothing can be made. */
  static async open({ dir }: StorePaths): Promise<HeldItems | undefined> {
    const folder = path.join(dir, uniqueName(HELD_PREFIX));
    const isMade = await unless(
      NO_LINKS,
      mkdir(folder, { mode: 0o700 }).then(() => true),
    );
    return isMade === true ? new HeldItems(folder) : undefined;
  }

  /** Undefined when there is no such file; "impossible" where files cannot have a second name. Under the read lock. */
  async hold(folders: readonly string[], file: string): Promise<HeldItem | "impossible" | undefined> {
    // Says what is wrong with the place, and that the file can be read.
    const there = await openItem(folders, file);
    if (there === undefined) return undefined;
    await there.close();
    this.#count += 1;
    const name = path.join(this.#folder, String(this.#count));
    const isHeld = await unless(
      NO_LINKS,
      link(file, name).then(() => true),
    );
    if (isHeld !== true) return "impossible";
    return inPlace([this.#folder], name, () => removeFile(name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeTree(this.#folder);
  }
}

/** An item that is where it is: for as long as a lock is held. Undefined when there is no such file. */
export async function itemInPlace(folders: readonly string[], file: string): Promise<HeldItem | undefined> {
  const there = await openItem(folders, file);
  await there?.close();
  return there === undefined ? undefined : inPlace(folders, file, () => Promise.resolve());
}

function inPlace(folders: readonly string[], file: string, drop: () => Promise<void>): HeldItem {
  return {
    size: lookAt(file)?.size ?? 0,
    open: async () => {
      const handle = await openItem(folders, file);
      if (handle !== undefined) return handle;
      throw Object.assign(new Error(`${file} was removed while it was exported`), {
        code: "ENOENT",
        path: file,
      });
    },
    drop,
  };
}
