import type { LockHolder, LockMode } from "./errors.ts";
import type { Crowd } from "./protocols/protocol.ts";
import { monotonic } from "./monotonic.ts";

/** Who has a lock and who waits for it, at the moment of asking; true for no longer. */
export interface LockStatus {
  readonly state: "free" | LockMode;
  /** As far as the system tells: processes of other users or containers may be missing. */
  readonly holders: readonly LockHolder[];
  /**
   * Those who wait: in this process, in other processes that use this library,
   * and (Linux) in those that block in the kernel, such as containers/storage.
   */
  readonly waiting: {
    readonly readers: number;
    readonly writers: number;
    /** Milliseconds for which the first of them has been waiting, as far as known; 0 when nobody waits. */
    readonly longest: number;
    /** The same for this process alone. */
    readonly longestOwn: number;
  };
}

/** Those who wait in other processes, and the requests of this one. */
export function withOwn(
  crowd: Crowd,
  requests: Iterable<{ readonly mode: LockMode; readonly since: number }>,
): LockStatus["waiting"] {
  let { readers, writers } = crowd;
  let longestOwn = 0;
  for (const { mode, since } of requests) {
    if (mode === "write") writers += 1;
    else readers += 1;
    longestOwn = Math.max(longestOwn, monotonic() - since);
  }
  return { readers, writers, longest: Math.max(crowd.longest, longestOwn), longestOwn };
}
