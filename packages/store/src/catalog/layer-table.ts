/** So many layers are looked for among all entries before there is a table: most users never ask for one. */
const SEARCHES = 16;

export interface HasLayer {
  readonly layer: string;
  hasLayer(layer: string): boolean;
}

/**
 * Entries by layer. Containers may share a layer (then a lookup finds the last
 * in the list), and deleting one must not hide the other, which is where
 * containers/storage forgets the layer until its next load.
 */
export class LayerTable<Entry extends HasLayer> {
  /** Nearly every layer belongs to one container: only a shared one pays for a set. Made when it is asked again and again. */
  #entries: Map<string, Entry | Set<Entry>> | undefined;
  #searches = 0;

  add(entry: Entry): void {
    if (this.#entries !== undefined) put(this.#entries, entry);
  }

  remove(entry: Entry): void {
    const entries = this.#entries;
    const there = entries?.get(entry.layer);
    if (entries === undefined || there === undefined) return;
    if (there === entry) {
      entries.delete(entry.layer);
    } else if (there instanceof Set && there.delete(entry)) {
      const [only] = there;
      if (there.size === 1 && only !== undefined) entries.set(entry.layer, only);
    }
  }

  clear(): void {
    this.#entries = undefined;
  }

  /**
   * The entry of that layer that stands last in `order`.
   *
   * @param order all entries
   */
  last(layer: string, order: readonly Entry[]): Entry | undefined {
    if (this.#entries === undefined && this.#searches < SEARCHES) {
      this.#searches += 1;
      return order.findLast((entry) => entry.hasLayer(layer));
    }
    this.#entries ??= tableOf(order);
    const there = this.#entries.get(layer);
    if (!(there instanceof Set)) return there;
    return order.findLast((entry) => there.has(entry));
  }
}

function tableOf<Entry extends HasLayer>(order: readonly Entry[]): Map<string, Entry | Set<Entry>> {
  const entries = new Map<string, Entry | Set<Entry>>();
  for (const entry of order) put(entries, entry);
  return entries;
}

function put<Entry extends HasLayer>(entries: Map<string, Entry | Set<Entry>>, entry: Entry): void {
  const { layer } = entry;
  const there = entries.get(layer);
  if (there === undefined) entries.set(layer, entry);
  else if (there instanceof Set) there.add(entry);
  else entries.set(layer, new Set([there, entry]));
}
