/**
 * Entries by layer. Containers may share a layer (then a lookup finds the last
 * in the list), and deleting one must not hide the other, which is where
 * containers/storage forgets the layer until its next load.
 */
export class LayerTable<Entry> {
  /** Nearly every layer belongs to one container: only a shared one pays for a set. */
  readonly #entries = new Map<string, Entry | Set<Entry>>();

  add(layer: string, entry: Entry): void {
    const there = this.#entries.get(layer);
    if (there === undefined) this.#entries.set(layer, entry);
    else if (there instanceof Set) there.add(entry);
    else this.#entries.set(layer, new Set([there, entry]));
  }

  remove(layer: string, entry: Entry): void {
    const there = this.#entries.get(layer);
    if (there === entry) {
      this.#entries.delete(layer);
    } else if (there instanceof Set && there.delete(entry)) {
      const [only] = there;
      if (there.size === 1 && only !== undefined) this.#entries.set(layer, only);
    }
  }

  clear(): void {
    this.#entries.clear();
  }

  /** The entry of that layer that stands last in `order`. */
  last(layer: string, order: readonly Entry[]): Entry | undefined {
    const there = this.#entries.get(layer);
    if (!(there instanceof Set)) return there;
    return order.findLast((entry) => there.has(entry));
  }
}
