import { createRequire } from "node:module";
import path from "node:path";
import { LockFileError, systemCode } from "../errors.ts";

/** What we use of fs-native-extensions. On Linux these are locks of the open file description. */
export interface KernelLocks {
  /**
   * One call that does not wait; false when somebody else is in the way. `length`
   * 0 reaches to the end of any file, so `(fd, 0, 0)` is the whole file, as Go locks it.
   */
  tryLock(fd: number, offset: number, length: number, options: { readonly shared: boolean }): boolean;
  unlock(fd: number, offset: number, length: number): void;
}

/** The addon, or why it does not load here. */
export type LoadedLocks = { readonly locks: KernelLocks } | { readonly failure: unknown };

let loaded: Promise<LoadedLocks> | undefined;

/**
 * Loads the addon at the first use: importing us costs nothing, and a machine
 * for which it has no binary still has portable locks. Never rejects.
 */
export function loadKernelLocks(): Promise<LoadedLocks> {
  loaded ??= loadOnce();
  return loaded;
}

async function loadOnce(): Promise<LoadedLocks> {
  const locks = loadBinary();
  if (locks !== undefined) return { locks };
  return import("fs-native-extensions").then(
    (module) => ({ locks: module.default }),
    (failure: unknown) => ({ failure }),
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
 * store. Undefined where it is not in its usual place, or not as expected; the
 * package knows what to do then.
 */
function loadBinary(): KernelLocks | undefined {
  try {
    const require = createRequire(import.meta.url);
    const folder = path.dirname(require.resolve("fs-native-extensions"));
    const place = `prebuilds/${process.platform}-${process.arch}/fs-native-extensions.node`;
    const binary = require(path.join(folder, place)) as Partial<Binary>;
    if (typeof binary.tryLock !== "function" || typeof binary.unlock !== "function") return undefined;
    return locksOf(binary as Binary);
  } catch {
    // Whatever it is, the package fails for the same reason, and tells it.
    return undefined;
  }
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

/** ERR_LOCK_UNSUPPORTED with the reason when the addon does not load here. */
export function requireLocks(lockFile: string, addon: LoadedLocks): KernelLocks {
  if ("locks" in addon) return addon.locks;
  const advice =
    "the native addon fs-native-extensions does not load on this machine; install it for this " +
    "platform, or make the store as a portable one in an empty folder";
  throw new LockFileError("ERR_LOCK_UNSUPPORTED", lockFile, `cannot lock ${lockFile}: ${advice}`, {
    cause: addon.failure,
  });
}
