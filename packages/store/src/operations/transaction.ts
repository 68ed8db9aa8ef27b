import type { Quota } from "../big-data.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { Transaction } from "../container-store.ts";
import { StowageError } from "../errors.ts";
import type { WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import { runInside } from "../persistence/inside.ts";
import type { StorePaths } from "../persistence/paths.ts";
import type { Change } from "../persistence/write-queue.ts";
import { MustComeLater, type WriteSession } from "../persistence/write-session.ts";
import type { RecordEntry } from "../records/record-entry.ts";
import { OperationsInTurns } from "./container-operations.ts";
import type { Turn } from "./turn.ts";

/** Runs `work` alone with the write lock, and saves all that it has changed, or nothing. */
export async function transaction<T>(
  door: Door,
  work: (tx: Transaction) => T | Promise<T>,
  options: WaitOptions,
): Promise<T> {
  if (typeof work !== "function")
    throw new TypeError("a transaction is a function that gets the transaction");
  return await door.writeAlone(options, async (session) => {
    const opened = new OpenedTransaction(session, door.quota);
    const ended = new EndedBy([options.signal, session.held.signal]);
    try {
      const running = runInside(door.paths.lockFile, () => work(opened));
      const result = await Promise.race([running, ended.promise]);
      await opened.settled();
      session.held.assertHeld();
      return result;
    } finally {
      ended.forget();
      opened.end();
      // What is still at work would go on after the changes were taken back.
      await opened.settled();
    }
  });
}

/** A promise that rejects with the reason of the first signal that aborts. */
class EndedBy {
  readonly promise: Promise<never>;
  readonly #undo: (() => void)[] = [];

  constructor(signals: readonly (AbortSignal | undefined)[]) {
    this.promise = new Promise((_resolve, reject) => {
      for (const signal of signals) {
        if (signal === undefined) continue;
        const onAbort = (): void => reject(signal.reason as Error);
        if (signal.aborted) onAbort();
        signal.addEventListener("abort", onAbort, { once: true });
        this.#undo.push(() => signal.removeEventListener("abort", onAbort));
      }
    });
    // Whoever races it sees the reason; without a race there is nobody to tell.
    this.promise.catch(() => undefined);
  }

  forget(): void {
    for (const undo of this.#undo) undo();
  }
}

class OpenedTransaction extends OperationsInTurns implements Transaction {
  readonly #session: WriteSession;
  readonly #quota: Quota | undefined;
  readonly #order = new Order();

  constructor(session: WriteSession, quota: Quota | undefined) {
    super();
    this.#session = session;
    this.#quota = quota;
  }

  protected override run<T>({ signal }: WaitOptions, operation: (turn: Turn) => Promise<T>): Promise<T> {
    return this.#order.run(() => {
      signal?.throwIfAborted();
      this.#session.held.assertHeld();
      return operation(new TransactionTurn(this.#session, this.#quota, signal));
    });
  }

  end(): void {
    this.#order.isOver = true;
  }

  /** Waits for the operations under way. */
  async settled(): Promise<void> {
    await this.#order.last;
  }
}

/** Carries operations out one after the other: each checks, then changes, and no other may come in between. */
class Order {
  last: Promise<unknown> = Promise.resolve();
  isOver = false;

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(() => {
      if (this.isOver) throw ended();
      return task();
    });
    // The caller has the result; here only its end matters.
    this.last = result.catch(() => undefined);
    return result;
  }
}

const ended = (): StowageError =>
  new StowageError(
    "ERR_TRANSACTION_ENDED",
    "the transaction is over, so that nothing more can be part of it; await every call inside of it, or begin another one",
  );

/** All share the session, and the lock that it has. */
class TransactionTurn implements Turn {
  readonly readOnly = false;
  readonly quota: Quota | undefined;
  readonly signal: AbortSignal | undefined;
  readonly #session: WriteSession;

  constructor(session: WriteSession, quota: Quota | undefined, signal: AbortSignal | undefined) {
    this.#session = session;
    this.quota = quota;
    this.signal = signal;
  }

  get paths(): StorePaths {
    return this.#session.paths;
  }

  async read<T>(look: (catalog: Catalog<RecordEntry>) => T | Promise<T>): Promise<T> {
    return await look(this.#session.catalog);
  }

  async write<T>(change: Change<T>): Promise<T> {
    this.#session.held.assertHeld();
    try {
      return await change(this.#session);
    } catch (error) {
      if (!(error instanceof MustComeLater)) throw error;
      throw new StowageError(
        "ERR_INVALID_ARGUMENT",
        "a container cannot be deleted and made anew under its id, with data, in one transaction; make two of them",
      );
    }
  }

  pendingItem(id: string, key: string): { readonly file: string } | "removed" | undefined {
    return this.#session.pendingItem(id, key);
  }

  assertWritable(): void {
    // Whoever has a session may write.
  }
}
