import { createRequire } from "node:module";
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

let loaded: { readonly locks: KernelLocks } | { readonly failure: unknown } | undefined;

function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  try {
    // The addon is CommonJS with a binary; it is loaded at the first use, so that importing us costs
    // nothing, and a machine for which it has no binary still has portable locks.
    loaded = { locks: createRequire(import.meta.url)("fs-native-extensions") as KernelLocks };
  } catch (failure) {
    loaded = { failure };
  }
  return loaded;
}

/** Whether this machine has kernel locks. */
export function hasKernelLocks(): boolean {
  return "locks" in load();
}

/** The addon; ERR_LOCK_UNSUPPORTED with the reason when it does not load here. */
export function kernelLocks(lockFile: string): KernelLocks {
  const result = load();
  if ("locks" in result) return result.locks;
  const advice =
    "the native addon fs-native-extensions does not load on this machine; install it for this " +
    "platform, or make the store as a portable one in an empty folder";
  throw new LockFileError("ERR_LOCK_UNSUPPORTED", lockFile, `cannot lock ${lockFile}: ${advice}`, {
    cause: result.failure,
  });
}
