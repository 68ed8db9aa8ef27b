import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import type { StorePaths } from "./paths.ts";
import { unless } from "./disk.ts";

/** Bytes of the token in the lock file. */
const TOKEN_LENGTH = 64;
const CAREFUL = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW;

/**
 * Looks every so often whether the files of a store are others than the last
 * time: by the token, and by what the system says about them. Takes no lock.
 */
export class Poller {
  readonly #paths: StorePaths;
  readonly #interval: number;
  readonly #changed: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isHeld = false;
  #seen: string | undefined;

  constructor(paths: StorePaths, interval: number, changed: () => void) {
    this.#paths = paths;
    this.#interval = interval;
    this.#changed = changed;
  }

  /** Looks only while it is held, and tells then what changed since the last look before. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    clearTimeout(this.#timer);
    if (isHeld) this.#start();
  }

  #start(): void {
    this.#timer = setTimeout(() => void this.#look(), this.#interval);
  }

  async #look(): Promise<void> {
    const now = await signature(this.#paths);
    if (now !== this.#seen) this.#changed();
    this.#seen = now;
    clearTimeout(this.#timer);
    if (this.#isHeld) this.#start();
  }
}

/** Something that differs when the files do. What cannot be looked at is a state like any other. */
async function signature(paths: StorePaths): Promise<string> {
  const { dir, stableFile, volatileFile, journalFile, lockFile } = paths;
  const places = [dir, stableFile, volatileFile, journalFile, lockFile];
  const looks = [...places.map(aboutPlace), tokenIn(lockFile)];
  return (await Promise.all(looks.map((look) => look.catch(String)))).join("\n");
}

async function aboutPlace(place: string): Promise<string> {
  const stats = await lstat(place, { bigint: true });
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  // The folder's times change with every temporary file.
  return (stats.isDirectory() ? [dev, ino] : [dev, ino, size, mtimeNs, ctimeNs]).join(" ");
}

async function tokenIn(lockFile: string): Promise<string> {
  const handle = await unless(["ENOENT"], open(lockFile, CAREFUL));
  if (handle === undefined) return "";
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(TOKEN_LENGTH), 0, TOKEN_LENGTH, 0);
    return buffer.toString("hex", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
