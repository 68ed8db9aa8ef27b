import { statfsSync } from "node:fs";
import path from "node:path";
import { folderOf } from "./disk.ts";
import { FolderWatch } from "./folder-watch.ts";
import type { StorePaths } from "./paths.ts";
import { Poller } from "./poller.ts";
import type { Warn } from "./warn.ts";

/** Milliseconds between two looks where the system cannot tell of changes. */
export const POLLING_INTERVAL = 250;

/** The system's number of file systems where others change files without telling us: FUSE, 9p, NFS, SMB, CIFS, Ceph, AFS, vboxsf. */
const SILENT = new Set([
  ...[0x65735546, 0x01021997, 0x6969, 0x517b, 0xfe534d42],
  ...[0xff534d42, 0x00c36400, 0x5346414f, 0x786f4256],
]);

/** Where news of changes comes from. */
export interface EventSource {
  /** Whether somebody waits: the process stays alive for it, and polling goes on only then. */
  hold(isHeld: boolean): void;
  /** Begins, or watches what was not there when it was last tried. */
  renew(): void;
  close(): void;
}

/** The system's own notifications; polling takes over where there are none. */
export class SystemSource implements EventSource {
  readonly #paths: StorePaths;
  readonly #ring: () => void;
  readonly #warn: Warn;
  readonly #watches: readonly FolderWatch[];
  #poller: Poller | undefined;
  #isHeld = false;

  constructor(paths: StorePaths, ring: () => void, warn: Warn) {
    this.#paths = paths;
    this.#ring = ring;
    this.#warn = warn;
    const records = [paths.stableFile, paths.volatileFile];
    const folders = new Set([paths.dir, folderOf(paths.volatileFile)]);
    // A file of records is replaced after its token was written. Of the lock file only its coming and going is news,
    // of the journal and of the tombstone their coming: should the writer be killed, whoever looks finishes the change,
    // or sees that it counts.
    const signs = [paths.lockFile, paths.journalFile, paths.tombstone];
    const matters =
      (folder: string) =>
      (file: string, event: string): boolean => {
        const place = path.join(folder, file);
        return records.includes(place) || (signs.includes(place) && event === "rename");
      };
    const failed = (error: unknown): void => this.#poll(String(error));
    this.#watches = [...folders].map(
      (folder) => new FolderWatch(folder, matters(folder), { changed: ring, failed }),
    );
    if ([...folders].some(isSilent)) this.#poll("its file system does not tell of what others change");
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#poller?.hold(isHeld);
    for (const watch of this.#watches) watch.hold(isHeld);
  }

  renew(): void {
    if (this.#poller !== undefined) return;
    for (const watch of this.#watches) watch.arm();
  }

  close(): void {
    this.#poller?.hold(false);
    for (const watch of this.#watches) watch.close();
  }

  #poll(reason: string): void {
    if (this.#poller !== undefined) return;
    this.close();
    this.#poller = new Poller(this.#paths, POLLING_INTERVAL, this.#ring);
    this.#poller.hold(this.#isHeld);
    this.#ring();
    this.#warn(
      `the system cannot tell of changes in ${this.#paths.dir}, which is looked at every ${POLLING_INTERVAL} ms: ${reason}`,
    );
  }
}

function isSilent(folder: string): boolean {
  try {
    return SILENT.has(statfsSync(folder).type >>> 0);
  } catch {
    // What cannot be asked is tried: watching says by itself what it cannot do.
    return false;
  }
}
