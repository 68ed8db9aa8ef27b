import { describeHolders, LockFileError, type LockHolder } from "./errors.ts";
import type { Protocol } from "./protocols/protocol.ts";
import type { Request } from "./request.ts";
import { monotonic } from "./monotonic.ts";

/** The error for a request whose time is up; never rejects. */
export async function timeoutError(
  path: string,
  request: Request,
  protocol: Protocol,
): Promise<LockFileError> {
  const waited = `${Math.round(monotonic() - request.since)} ms`;
  const holders = request.quiet ? [] : await holdersOf(protocol);
  const advice = "wait longer, or end that process if it hangs";
  const message = `${path} could not be locked within ${waited}: held by ${describeHolders(holders)}; ${advice}`;
  return new LockFileError("ERR_LOCK_TIMEOUT", path, message, { holders });
}

async function holdersOf(protocol: Protocol): Promise<readonly LockHolder[]> {
  try {
    return (await protocol.sight()).holders;
  } catch {
    // That the wait failed is the news; a failure to find out why must not hide it.
    return [];
  }
}
