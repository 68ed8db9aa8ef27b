import type { LockMode } from "./errors.ts";
import type { Tenure } from "./protocols/protocol.ts";
import type { Request } from "./request.ts";

/** The lock between processes while this one has it or seeks it, shared by those whom the queue let in. */
export interface Session {
  readonly mode: LockMode;
  tenure: Tenure | undefined;
  /** Let in by the queue, and waiting for the tenure. */
  readonly seekers: Set<Request>;
  /** Gave up while the tenure was sought; their places in the queue are given back when that is settled. */
  gone: number;
  holders: number;
  /** Whether a try has failed already. */
  missed: boolean;
  seeking: AbortController;
}

/** One that is still to be won. */
export function soughtBy(request: Request): Session {
  return { ...emptySession(request.mode), seekers: new Set([request]), seeking: new AbortController() };
}

/** One that was had at the first try. */
export function wonAtOnce(mode: LockMode, tenure: Tenure): Session {
  return { ...emptySession(mode), tenure };
}

// The set and the controller are shared by all sessions that never seek: making them would cost more than
// the lock itself.
const noSeekers = new Set<Request>();
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
