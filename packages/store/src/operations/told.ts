import { listChanges } from "../catalog/list-changes.ts";
import { StowageError, type StowageErrorCode } from "../errors.ts";
import type { Container } from "../model/container.ts";
import type { WatchEvent } from "../options.ts";

/** What a look at the store found: its containers, or why they cannot be read now. */
export type Look = { readonly list: readonly Container[] } | { readonly error: unknown };

/** Not the store's state, but what is done with it here. */
const MISUSE: ReadonlySet<StowageErrorCode> = new Set(["ERR_STORE_CLOSED", "ERR_TRANSACTION_NESTED"]);

/**
 * What one watch has told so far: a list, and whether it could be read. That is
 * all it keeps, however long nobody asks; the rest is compared when somebody does.
 */
export class Told {
  #list: readonly Container[] | undefined;
  #trouble: StowageErrorCode | undefined;

  /** @param list what is known already; undefined: the first list that can be read is the beginning */
  constructor(list: readonly Container[] | undefined) {
    this.#list = list;
  }

  /** Whether the last that was told is that the store cannot be read. */
  get isUnavailable(): boolean {
    return this.#trouble !== undefined;
  }

  /** What there is to tell after a look. @throws the error of a look that no later one will mend */
  after(look: Look): readonly WatchEvent[] {
    if ("error" in look) return this.#unavailable(look.error);
    const back: WatchEvent[] = this.isUnavailable ? [{ type: "available" }] : [];
    this.#trouble = undefined;
    const changes = listChanges(this.#list ?? look.list, look.list);
    this.#list = look.list;
    return back.length === 0 ? changes : back.concat(changes);
  }

  #unavailable(error: unknown): readonly WatchEvent[] {
    if (!(error instanceof StowageError) || MISUSE.has(error.code)) throw error;
    // Told once; again only when it is another trouble.
    if (error.code === this.#trouble) return [];
    this.#trouble = error.code;
    return [{ type: "unavailable", error }];
  }
}
