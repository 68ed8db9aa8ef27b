import { AsyncLocalStorage } from "node:async_hooks";
import { StowageError } from "../errors.ts";
import type { StorePaths } from "./paths.ts";

/** Lock files that are held by a transaction whose work runs in this asynchronous context. */
const held = new AsyncLocalStorage<ReadonlySet<string>>();
let running = 0;

/** Runs the work of a transaction so that `assertOutside` knows of it. */
export async function runInside<T>(lockFile: string, work: () => T | Promise<T>): Promise<T> {
  running += 1;
  try {
    return await held.run(new Set([...(held.getStore() ?? []), lockFile]), work);
  } finally {
    running -= 1;
    // Following contexts slows every promise of the process down.
    if (running === 0) held.disable();
  }
}

/**
 * Whoever asks for a lock that his own transaction holds would wait for himself.
 *
 * @throws StowageError ERR_TRANSACTION_NESTED
 */
export function assertOutside({ dir, lockFile }: StorePaths): void {
  if (running === 0 || held.getStore()?.has(lockFile) !== true) return;
  throw new StowageError(
    "ERR_TRANSACTION_NESTED",
    `${dir} was called inside a transaction of it, which would wait for itself; use the transaction that was handed in`,
    { path: dir },
  );
}
