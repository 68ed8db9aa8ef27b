import { LockFileError } from "../errors.ts";

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
  loaded ??= import("fs-native-extensions").then(
    (module) => ({ locks: module.default }),
    (failure: unknown) => ({ failure }),
  );
  return loaded;
}

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
