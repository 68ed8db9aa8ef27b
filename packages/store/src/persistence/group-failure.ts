import { AtomicFileError } from "@stowage/atomic-file";
import type { HeldWriteLock } from "@stowage/lockfile";
import { StowageError } from "../errors.ts";
import { asStowageError, isVisible, lossOf } from "./failures.ts";
import type { WhichFiles } from "./memory.ts";
import type { StorePaths } from "./paths.ts";

/**
 * What a save that failed means for each operation of its group. Mostly nothing of it is there, and all have failed.
 * But a portable lock may be lost between the renames of the two files: then the first of them stays, and whatever
 * changed records of that file alone is done.
 */
export class GroupFailure {
  readonly #appeared: WhichFiles = { stable: false, volatile: false };
  readonly #error: unknown;
  /** The same for those of whom nothing is there. */
  readonly #cause: unknown;

  /** Made while the lock is held, or was lost. */
  constructor(error: unknown, held: HeldWriteLock, paths: StorePaths) {
    this.#error = asStowageError(lossBehind(error, held));
    this.#cause = this.#error;
    if (!(error instanceof AtomicFileError) || error.code !== "ERR_ATOMIC_PARTIAL" || !error.lasting) return;
    this.#appeared = {
      stable: error.appeared.includes(paths.stableFile),
      volatile: error.appeared.includes(paths.volatileFile),
    };
    this.#cause = asStowageError(lossBehind(error.cause, held));
  }

  /** Whether an operation that changed these files is done all the same. */
  isDone({ stable, volatile }: WhichFiles): boolean {
    const { stable: hasStable, volatile: hasVolatile } = this.#appeared;
    return (stable || volatile) && (!stable || hasStable) && (!volatile || hasVolatile);
  }

  /** What to tell an operation that is not. */
  errorFor({ stable, volatile }: WhichFiles): unknown {
    const isPartly = (stable && this.#appeared.stable) || (volatile && this.#appeared.volatile);
    return isPartly ? this.#error : this.#cause;
  }
}

/**
 * When a portable lock was lost, the writer's files were taken away: whatever
 * that made fail, the loss of the lock is what the caller must know.
 */
function lossBehind(error: unknown, held: HeldWriteLock): unknown {
  if (isVisible(error)) return error;
  // Still more that the change is made, or may be.
  if (
    error instanceof StowageError &&
    (error.code === "ERR_LOCK_COMPROMISED" || error.details.mayBeDone === true)
  )
    return error;
  return lossOf(held) ?? error;
}
