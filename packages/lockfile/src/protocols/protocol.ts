import type { LastWrite } from "../last-write.ts";
import type { LockHolder, LockMode, LockProtocol } from "../errors.ts";

/** The lock between processes, while this process has it. Those who share it within the process share this. */
export interface Tenure {
  readonly mode: LockMode;
  /** False when there was no lock file to lock, and reading goes on without (read-only only). */
  readonly locked: boolean;
  readonly stagingFolder: string | undefined;
  /** Aborts when the lock is lost; undefined when that cannot happen. */
  readonly lost: AbortSignal | undefined;
  /** Throws ERR_LOCK_COMPROMISED when the lock is lost; exact at the moment of the call. */
  assertHeld(): void;
  readToken(): LastWrite;
  hasToken(token: LastWrite): boolean;
  writeToken(): LastWrite;
  /** Lets go. Undefined when that is done on return. Called once. */
  release(): Promise<void> | undefined;
}

export interface Attempt {
  /** Ends the attempt: it rejects, and holds nothing. */
  readonly signal: AbortSignal;
  /** Called after a try that failed because others hold the lock. */
  missed(): void;
}

/** Others, in other processes, who wait for the lock. */
export interface Crowd {
  readonly readers: number;
  readonly writers: number;
  /** Milliseconds since the first of them came, as far as known; else 0. */
  readonly longest: number;
}

export type WayGiven = "yes" | "in vain" | "not yet";

/** How the lock is seen from outside. */
export interface Sight {
  readonly state: "free" | LockMode;
  readonly holders: readonly LockHolder[];
  readonly crowd: Crowd;
}

/**
 * One way of locking between processes. It knows nothing of those who wait
 * within the process: it is asked for at most one tenure at a time.
 */
export interface Protocol {
  readonly name: LockProtocol;
  /** One synchronous try; undefined when it failed, or when this protocol has no such thing. */
  tryAtOnce(mode: LockMode): Tenure | undefined;
  /** Tries until it has the lock. Rejects with the signal's reason when that aborts. */
  acquire(mode: LockMode, attempt: Attempt): Promise<Tenure>;
  /** Whether others wait; undefined when the system does not tell. Asked while holding the lock. */
  crowd(): Promise<Crowd | undefined>;
  /** The same for one who cannot wait for the answer. */
  crowdNow(): Crowd | undefined;
  /** Whether those who waited have had their chance since the lock was let go `elapsed` ms ago. */
  gaveWay(elapsed: number): Promise<WayGiven>;
  /** The same for one who cannot wait for the answer. */
  gaveWayNow(elapsed: number): WayGiven;
  sight(): Promise<Sight>;
  /** Lets go of what is kept between tenures. Called when no tenure is left. */
  close(): void;
}
