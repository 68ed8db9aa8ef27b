import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LockFileError, systemCode } from "../errors.ts";
import { momentaryReason } from "./momentary.ts";

/** What we use of fs-native-extensions. On Linux these are locks of the open file description. */
export interface KernelLocks {
  /**
   * One call that does not wait; false when somebody else is in the way. `length`
   * 0 reaches to the end of any file, so `(fd, 0, 0)` is the whole file, as Go locks it.
   */
  tryLock(fd: number, offset: number, length: number, options: { readonly shared: boolean }): boolean;
  unlock(fd: number, offset: number, length: number): void;
}

/**
 * The addon, or why it was not loaded. `momentary` is given where that says nothing about this
 * machine: the process had no descriptor left, or a disk failed. Nobody may take a machine
 * for one without kernel locks then, since a portable store does not exclude Go's programs.
 */
export type LoadedLocks =
  { readonly locks: KernelLocks } | { readonly failure: unknown; readonly momentary: Error | undefined };

let loaded: Promise<LoadedLocks> | undefined;

/**
 * Loads the addon at the first use: importing us costs nothing, and a machine
 * for which it has no binary still has portable locks. Never rejects.
 */
export async function loadKernelLocks(): Promise<LoadedLocks> {
  const loading = (loaded ??= loadOnce());
  const addon = await loading;
  // The next one who asks may have better luck.
  if ("failure" in addon && addon.momentary !== undefined && loaded === loading) loaded = undefined;
  return addon;
}

async function loadOnce(): Promise<LoadedLocks> {
  const binary = loadBinary();
  // A module that failed once fails for ever: the package is not asked in such a moment.
  if ("locks" in binary || binary.momentary !== undefined) return binary;
  return import("fs-native-extensions").then(
    (module) => ({ locks: module.default }),
    (failure: unknown) => ({ failure, momentary: momentaryReason(failure) }),
  );
}

/** The functions of the addon's binary that we use, as its own JavaScript calls them. */
interface Binary {
  tryLock(fd: number, offset: number, length: number, exclusive: boolean): void;
  unlock(fd: number, offset: number, length: number): void;
}

/**
 * The addon's binary for this platform, without the package's search for it,
 * which loads a dozen modules: that takes longer than opening and reading a
 * store. Where it is not in its usual place, or not as expected, the package
 * knows what to do.
 */
function loadBinary(): LoadedLocks {
  let file: string | undefined;
  try {
    file = usualPlace() ?? placeByRequire();
    const loading: { exports: Partial<Binary> } = { exports: {} };
    process.dlopen(loading, file);
    const binary = loading.exports;
    if (typeof binary.tryLock === "function" && typeof binary.unlock === "function")
      return { locks: locksOf(binary as Binary) };
    return { failure: new Error(`${file} lacks a function`), momentary: undefined };
  } catch (failure) {
    return { failure, momentary: momentaryReason(failure, file) };
  }
}

const PACKAGE = "fs-native-extensions";
const IN_PACKAGE = `prebuilds/${process.platform}-${process.arch}/${PACKAGE}.node`;

/** In the first `node_modules` above us that has it: `require` goes the same way, and needs five times as long for it. */
function usualPlace(): string | undefined {
  let folder = import.meta.dirname;
  for (;;) {
    const file = path.join(folder, "node_modules", PACKAGE, IN_PACKAGE);
    if (existsSync(file)) return realpathSync.native(file);
    const above = path.dirname(folder);
    if (above === folder) return undefined;
    folder = above;
  }
}

function placeByRequire(): string {
  const { resolve } = createRequire(import.meta.url);
  return path.join(path.dirname(resolve(PACKAGE)), IN_PACKAGE);
}

const locksOf = (binary: Binary): KernelLocks => ({
  tryLock(fd, offset, length, { shared }) {
    try {
      binary.tryLock(fd, offset, length, !shared);
      return true;
    } catch (error) {
      if (systemCode(error) === "EAGAIN") return false;
      throw error;
    }
  },
  unlock(fd, offset, length) {
    binary.unlock(fd, offset, length);
  },
});

/** ERR_LOCK_UNSUPPORTED with the reason when the addon does not load here; ERR_LOCK_IO when it only did not now. */
export function requireLocks(lockFile: string, addon: LoadedLocks): KernelLocks {
  if ("locks" in addon) return addon.locks;
  const { failure, momentary } = addon;
  if (momentary !== undefined) {
    const what = `the native addon fs-native-extensions cannot be loaded now: ${momentary.message}`;
    throw new LockFileError("ERR_LOCK_IO", lockFile, `cannot lock ${lockFile}: ${what}`, {
      cause: momentary,
    });
  }
  const advice =
    "the native addon fs-native-extensions does not load on this machine; install it for this " +
    "platform, or make the store as a portable one in an empty folder";
  throw new LockFileError("ERR_LOCK_UNSUPPORTED", lockFile, `cannot lock ${lockFile}: ${advice}`, {
    cause: failure,
  });
}
