import type { Container } from "../model/container.ts";
import type { WatchOptions } from "../options.ts";

/** Timers take no longer delay. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** @throws TypeError for anything else than "auto" or some milliseconds */
export function checkedPolling(polling: unknown): number | "auto" {
  if (polling === undefined || polling === "auto") return "auto";
  if (typeof polling === "number" && polling >= 1 && polling <= LONGEST_DELAY) return polling;
  throw new TypeError(
    `polling must be "auto" or a number of milliseconds, 1 to ${LONGEST_DELAY}, not ${typeof polling === "number" ? polling : typeof polling}`,
  );
}

/** A copy of the list to start from: whose it is may change it. @throws TypeError when it is none */
export function listOf(since: WatchOptions["since"]): readonly Container[] {
  const isSnapshot = typeof since === "object" && since !== null && "list" in since;
  const list: unknown = isSnapshot ? since.list() : since;
  if (!Array.isArray(list)) throw new TypeError("since must be a snapshot, or an array of containers");
  const containers: readonly Container[] = list;
  return Object.isFrozen(containers) ? containers : [...containers];
}
