import type { HeldLock } from "@stowage/lockfile";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { errnoOf } from "./failures.ts";
import type { StorePaths } from "./paths.ts";

/** A file of records as bytes, whatever they are. */
export interface RawFile {
  readonly path: string;
  readonly isVolatile: boolean;
  /** Undefined when there is no file, or it could not be read. */
  readonly bytes: Buffer | undefined;
  /** Why it could not be read. A link in its place is not followed. */
  readonly problem: "link" | "no file" | "too large" | { readonly error: unknown } | undefined;
}

/** The files of a store as they stood at one moment, not understood yet. */
export interface RawStore {
  readonly stable: RawFile;
  readonly volatile: RawFile;
  /** The volatile file of the other mode, where there is one: see `StorePaths.otherMode`. */
  readonly otherVolatile: RawFile | undefined;
  /** The last-write token: at most 64 bytes. */
  readonly token: Uint8Array;
}

/** More than any store has; a file that claims more is not read into memory. */
export const LARGEST_FILE = 2 ** 31 - 1;

/** Whether a file of records holds no list that anybody wrote: it is missing, has not a byte, or holds `null`. */
export function isWithoutList(bytes: Uint8Array | undefined): boolean {
  if (bytes === undefined || bytes.length === 0) return true;
  return bytes.length < 64 && Buffer.from(bytes).toString().trim() === "null";
}

/**
 * Whether anything but blanks and NULs stands behind a NUL, which ends the list for all programs.
 *
 * @param from where the list cannot have ended yet
 */
export function hasUnreadBytes(bytes: Uint8Array, from = 0): boolean {
  const end = bytes.indexOf(0, from);
  return end >= 0 && bytes.subarray(end).some((byte) => byte > 0x20);
}

/** Reads the files without looking into them; needs the lock, for reading at least. */
export async function readRawStore(paths: StorePaths, held: HeldLock): Promise<RawStore> {
  const token = held.lastWrite().bytes;
  const volatile = await readRawFile(paths.volatileFile, true);
  return { stable: await readStable(paths), volatile, otherVolatile: await readOtherVolatile(paths), token };
}

export async function readStable({ stableFile }: StorePaths): Promise<RawFile> {
  return await readRawFile(stableFile, false);
}

/** The volatile file of the other mode; undefined when there is none. Its users have another lock. */
export async function readOtherVolatile({ otherMode }: StorePaths): Promise<RawFile | undefined> {
  if (otherMode === undefined) return undefined;
  const other = await readRawFile(otherMode.volatileFile, true);
  return other.bytes === undefined && other.problem === undefined ? undefined : other;
}

async function readRawFile(path: string, isVolatile: boolean): Promise<RawFile> {
  const failed = (problem: RawFile["problem"]): RawFile => ({ path, isVolatile, bytes: undefined, problem });
  try {
    // Neither through a link, nor waiting for whoever opens the other end of a pipe.
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const about = await handle.stat();
      if (!about.isFile()) return failed("no file");
      if (about.size > LARGEST_FILE) return failed("too large");
      return { path, isVolatile, bytes: await handle.readFile(), problem: undefined };
    } finally {
      await handle.close();
    }
  } catch (error) {
    switch (errnoOf(error)) {
      case "ENOENT":
        return failed(undefined);
      case "ELOOP":
        return failed("link");
      case "ENXIO":
        return failed("no file");
      default:
        return failed({ error });
    }
  }
}
