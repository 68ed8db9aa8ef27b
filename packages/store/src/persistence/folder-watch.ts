import { type FSWatcher, watch } from "node:fs";
import path from "node:path";
import { errnoOf } from "./failures.ts";

/** What a folder that is not there says, or one that may not be looked into. */
const NOT_NOW = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM"]);

/**
 * The system drops events when thousands of them were not fetched in time, and
 * Node does not say so: after that many of no interest, look all the same.
 */
const SO_MANY = 1000;

export interface FolderListener {
  /** Something may have changed. */
  readonly changed: () => void;
  /** The system cannot watch (any more): it has no watches left, or this file system has none. */
  readonly failed: (error: unknown) => void;
}

/**
 * Has the system tell when one of some files in a folder is replaced, and when
 * the folder itself is: removed and made anew, or renamed away with another in
 * its place. For that the folder above is watched, too.
 */
export class FolderWatch {
  readonly #folder: string;
  readonly #matters: (file: string, event: string) => boolean;
  readonly #listener: FolderListener;
  #inner: FSWatcher | undefined;
  #above: FSWatcher | undefined;
  #isHeld = false;
  #ignored = 0;

  /** @param matters whether an event, "rename" or "change", of a file in the folder may be a change */
  constructor(folder: string, matters: (file: string, event: string) => boolean, listener: FolderListener) {
    this.#folder = folder;
    this.#matters = matters;
    this.#listener = listener;
  }

  /** Begins, or tries again what was not there the last time. What changes after that is told. */
  arm(): void {
    try {
      this.#above ??= this.#watch(path.dirname(this.#folder), (file) => this.#onAbove(file));
      this.#inner ??= this.#watch(this.#folder, (file, event) => this.#onInner(file, event));
    } catch (error) {
      this.close();
      this.#listener.failed(error);
    }
  }

  /** Whether this keeps the process alive. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    for (const watcher of [this.#inner, this.#above]) {
      if (isHeld) watcher?.ref();
      else watcher?.unref();
    }
  }

  close(): void {
    this.#inner?.close();
    this.#above?.close();
    this.#inner = undefined;
    this.#above = undefined;
  }

  #watch(folder: string, onEvent: (file: string | null, event: string) => void): FSWatcher | undefined {
    try {
      const watcher = watch(folder, { persistent: this.#isHeld });
      watcher.on("change", (event, file) => onEvent(file === null ? null : String(file), event));
      watcher.on("error", (error) => this.#onError(error));
      return watcher;
    } catch (error) {
      if (NOT_NOW.has(errnoOf(error) ?? "")) return undefined;
      throw error;
    }
  }

  #onInner(file: string | null, event: string): void {
    // An event of the folder itself comes under the folder's own name.
    if (file === null || file === path.basename(this.#folder)) this.#anew();
    else if (this.#matters(file, event)) this.#listener.changed();
    else {
      this.#ignored += 1;
      if (this.#ignored % SO_MANY === 0) this.#listener.changed();
    }
  }

  #onAbove(file: string | null): void {
    const folder = path.dirname(this.#folder);
    if (file === null || file === path.basename(this.#folder) || file === path.basename(folder)) this.#anew();
  }

  /** Watches what lies there now: what was watched may be another folder by now, or gone. */
  #anew(): void {
    this.close();
    this.arm();
    this.#listener.changed();
  }

  #onError(error: unknown): void {
    this.close();
    // Windows reports the removal of a watched folder as an error.
    if (NOT_NOW.has(errnoOf(error) ?? "")) this.#anew();
    else this.#listener.failed(error);
  }
}
