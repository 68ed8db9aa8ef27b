import type { ItemMove } from "./item-move.ts";
import type { ItemRemoval } from "./item-removal.ts";

/** Items that change together with the records. */
export interface ChangedItems {
  readonly moves: readonly ItemMove[];
  readonly leaving: readonly ItemRemoval[];
  /** Whether one of them belongs to a container that was there before. */
  readonly areKnown: boolean;
}

export const NO_ITEMS: ChangedItems = { moves: [], leaving: [], areKnown: false };
