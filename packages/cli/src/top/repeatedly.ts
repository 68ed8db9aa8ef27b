import { setTimeout as sleep } from "node:timers/promises";

/** Does something at once, and again so many milliseconds after it was done, until `signal` is aborted. */
export async function repeatedly(
  work: () => Promise<void> | void,
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await work();
    await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
  }
}
