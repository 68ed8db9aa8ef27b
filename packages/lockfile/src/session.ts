import type { LockMode } from "./errors.ts";
import type { Tenure } from "./protocols/protocol.ts";
import type { Request } from "./request.ts";

/** The lock between processes while this one has it or seeks it, shared by those whom the queue let in. */
export interface Session {
  readonly mode: LockMode;
  tenure: Tenure | undefined;
  /** Let in by the queue, and waiting for the tenure. */
  seekers: Set<Request>;
  /** Gave up while the tenure was sought; their places in the queue are given back when that is settled. */
  gone: number;
  holders: number;
  /** Whether a try has failed already. */
  missed: boolean;
  seeking: AbortController;
}

/** One that is still to be won. */
export function soughtBy(request: Request): Session {
  const session = emptySession(request.mode);
  becomeSought(session);
  session.seekers.add(request);
  return session;
}

/** One that was had at the first try. */
export function wonAtOnce(mode: LockMode, tenure: Tenure): Session {
  const session = emptySession(mode);
  session.tenure = tenure;
  return session;
}

/** From now on, those who come have to wait for a tenure. */
export function becomeSought(session: Session): void {
  session.tenure = undefined;
  session.seekers = new Set();
  session.missed = false;
  session.seeking = new AbortController();
}

// Shared by all sessions that nobody has to wait for: making them would cost more than the lock itself.
const noSeekers: Set<Request> = new Set();
const noSeeking = new AbortController();

function emptySession(mode: LockMode): Session {
  return {
    mode,
    tenure: undefined,
    seekers: noSeekers,
    gone: 0,
    holders: 0,
    missed: false,
    seeking: noSeeking,
  };
}
