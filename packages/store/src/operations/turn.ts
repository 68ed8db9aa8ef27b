import type { Quota } from "../big-data.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";
import type { StorePaths } from "../persistence/paths.ts";
import type { Change } from "../persistence/write-queue.ts";
import type { RecordEntry } from "../records/record-entry.ts";

/**
 * What an operation gets at the store by: a turn of its own with the lock, or
 * the one that a transaction has already.
 */
export interface Turn {
  readonly paths: StorePaths;
  /** Nothing may be completed on disk. */
  readonly readOnly: boolean;
  /** How much a container may keep; undefined where there is no limit. */
  readonly quota: Quota | undefined;
  /** Of the caller: ends what takes long. */
  readonly signal: AbortSignal | undefined;
  /** Runs `look` with the catalog as the disk has it, or as the transaction left it. It must not change the catalog. */
  read<T>(look: (catalog: Catalog<RecordEntry>) => T | Promise<T>): Promise<T>;
  /** Runs `change` with a session; resolves when what it did is on disk, or noted in the transaction. */
  write<T>(change: Change<T>): Promise<T>;
  /**
   * Where an item is that this turn has changed already but that is not in its
   * place yet; "removed" when it is going away. Undefined: as the disk has it.
   */
  pendingItem(id: string, key: string): { readonly file: string } | "removed" | undefined;
  /** @throws StowageError ERR_STORE_READ_ONLY, ERR_STORE_CLOSED, ERR_TRANSACTION_ENDED */
  assertWritable(): void;
}

/** Each `read` and `write` takes the lock for itself. */
export class OwnTurn implements Turn {
  readonly #door: Door;
  readonly #wait: WaitOptions;

  constructor(door: Door, wait: WaitOptions) {
    this.#door = door;
    this.#wait = wait;
  }

  get paths(): StorePaths {
    return this.#door.paths;
  }

  get readOnly(): boolean {
    return this.#door.lock.readOnly;
  }

  get quota(): Quota | undefined {
    return this.#door.quota;
  }

  get signal(): AbortSignal | undefined {
    return this.#wait.signal;
  }

  read<T>(look: (catalog: Catalog<RecordEntry>) => T | Promise<T>): Promise<T> {
    return this.#door.read(this.#wait, look);
  }

  write<T>(change: Change<T>): Promise<T> {
    return this.#door.write(this.#wait, change);
  }

  pendingItem(): undefined {
    return undefined;
  }

  assertWritable(): void {
    this.#door.assertWritable();
  }
}
