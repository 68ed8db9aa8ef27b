import type { Container } from "../model/container.ts";
import { discard, type WrittenItem } from "../operations/items.ts";
import type { Turn } from "../operations/turn.ts";
import type { ImportConflict, ImportStep } from "../portable.ts";
import { carryOut } from "./carry-out.ts";

/** Containers that may wait for a save together. An import that is killed has to do these once more, and no others. */
const MOST_CONTAINERS = 64;
/** Bytes of their data after which they wait no longer. */
const MOST_BYTES = 16 * 1024 * 1024;

interface Waiting {
  readonly container: Container;
  readonly items: readonly Promise<WrittenItem>[];
  readonly resolve: (step: ImportStep) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Containers that were read from an archive and come into the store together: each
 * save writes all records anew, so that one for each would cost the more the larger
 * the store is. Each still comes in whole, or fails by itself.
 */
export class SaveTogether {
  readonly #turn: Turn;
  readonly #onConflict: ImportConflict;
  #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(turn: Turn, onConflict: ImportConflict) {
    this.#turn = turn;
    this.#onConflict = onConflict;
  }

  get isFull(): boolean {
    return this.#waiting.length >= MOST_CONTAINERS || this.#bytes >= MOST_BYTES;
  }

  /**
   * Takes a container and its items, which may still be on their way to the disk. Resolves when they are in the store,
   * which `save` or `giveUp` brings about.
   */
  add(container: Container, items: readonly Promise<WrittenItem>[], bytes: number): Promise<ImportStep> {
    this.#bytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ container, items, resolve, reject });
    });
  }

  /** Brings in all that wait. Rejects with the first failure, when all are through. */
  async save(): Promise<void> {
    const written = await Promise.all(
      this.#take().map(async (one) => ({ ...one, settled: await Promise.allSettled(one.items) })),
    );
    // Asked for at once, so that they form one group.
    const steps = written.map(async ({ container, settled, resolve, reject }) => {
      const items = settled.filter((item) => item.status === "fulfilled").map(({ value }) => value);
      try {
        const failed = settled.find((item) => item.status === "rejected");
        if (failed !== undefined) throw failed.reason;
        resolve(await this.#turn.write((session) => carryOut(session, container, items, this.#onConflict)));
      } catch (error) {
        reject(error);
        throw error;
      } finally {
        await discard(items);
      }
    });
    const failed = (await Promise.allSettled(steps)).find((step) => step.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  /** Those that wait do not come in any more. Never rejects. */
  async giveUp(reason: unknown): Promise<void> {
    for (const { items, reject } of this.#take()) {
      await discardAll(items);
      reject(reason);
    }
  }

  #take(): Waiting[] {
    this.#bytes = 0;
    return this.#waiting.splice(0);
  }
}

/** Removes items that are written, or still being written. */
export async function discardAll(items: readonly Promise<WrittenItem>[]): Promise<void> {
  for (const item of await Promise.allSettled(items)) {
    if (item.status === "fulfilled") await discard([item.value]);
  }
}
