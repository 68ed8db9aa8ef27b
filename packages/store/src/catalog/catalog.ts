import { TruncIndex } from "@stowage/truncindex";
import type { Container } from "../model/container.ts";
import { LayerTable } from "./layer-table.ts";

/** Whatever holds a record; the catalog keeps such holders, so that their other contents travel along. */
export interface HasContainer {
  readonly container: Container;
}

/**
 * The containers of a store in memory: the list, and the tables by id, name,
 * layer and id prefix. It knows the rules between containers (ids and names are
 * unique) and nothing of files.
 *
 * Changing methods expect that the caller has checked the rules: they never
 * fail half-way.
 */
export class Catalog<Entry extends HasContainer> {
  readonly #makeEntry: (container: Container) => Entry;
  #order: Entry[] = [];
  readonly #byId = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry>();
  readonly #byLayer = new LayerTable<Entry>();
  readonly #prefixes: TruncIndex;
  #list: readonly Container[] | undefined;

  /**
   * @param entries in the order of the list; ids are unique and so are names
   * (`resolveConflicts` sees to it).
   * @param makeEntry makes the holder of a new or changed record.
   */
  constructor(entries: readonly Entry[], makeEntry: (container: Container) => Entry) {
    this.#makeEntry = makeEntry;
    this.#order = [...entries];
    const ids: string[] = [];
    for (const entry of entries) {
      const { container } = entry;
      ids.push(container.id);
      this.#byId.set(container.id, entry);
      for (const name of container.names) this.#byName.set(name, entry);
      this.#byLayer.add(container.layer, entry);
    }
    this.#prefixes = new TruncIndex(ids);
  }

  get size(): number {
    return this.#order.length;
  }

  /** The containers in order. The array is frozen, and the same one until something changes. */
  list(): readonly Container[] {
    this.#list ??= Object.freeze(this.#order.map((entry) => entry.container));
    return this.#list;
  }

  /** The holders in order; not to be changed. */
  entries(): readonly Entry[] {
    return this.#order;
  }

  byId(id: string): Container | undefined {
    return this.#byId.get(id)?.container;
  }

  byName(name: string): Container | undefined {
    return this.#byName.get(name)?.container;
  }

  /** By full id, name, layer id, then unique prefix of an id: as containers/storage `lookup`. */
  find(ref: string): Container | undefined {
    const entry = this.#byId.get(ref) ?? this.#byName.get(ref) ?? this.#byLayer.last(ref, this.#order);
    if (entry !== undefined) return entry.container;
    const id = this.findPrefix(ref);
    return id === undefined ? undefined : this.byId(id);
  }

  /** The only id that begins with the prefix. */
  findPrefix(prefix: string): string | undefined {
    const found = this.#prefixes.find(prefix);
    return typeof found === "string" ? found : undefined;
  }

  /** As the truncated-id index answers. @throws TruncIndexError */
  resolvePrefix(prefix: string): string {
    return this.#prefixes.get(prefix);
  }

  /** Some ids that begin with the prefix, sorted. */
  candidates(prefix: string, limit: number): string[] {
    return prefix === "" ? [] : this.#prefixes.candidates(prefix, limit);
  }

  /** Appends a container whose id and names are free. */
  insert(container: Container): void {
    const entry = this.#makeEntry(container);
    this.#order.push(entry);
    this.#list = undefined;
    this.#byId.set(container.id, entry);
    for (const name of container.names) this.#byName.set(name, entry);
    this.#byLayer.add(container.layer, entry);
    try {
      this.#prefixes.add(container.id);
    } catch {
      // Ids that the index cannot take stay usable by their full form, as in containers/storage.
    }
  }

  /** Puts a record in the place of the one with the same id; its new names are free or its own. */
  replace(container: Container): void {
    const old = this.#byId.get(container.id);
    if (old === undefined) throw new TypeError(`no container ${container.id} to replace`);
    const entry = this.#makeEntry(container);
    this.#order[this.#order.lastIndexOf(old)] = entry;
    this.#list = undefined;
    this.#byId.set(container.id, entry);
    for (const name of old.container.names) {
      if (this.#byName.get(name) === old) this.#byName.delete(name);
    }
    for (const name of container.names) this.#byName.set(name, entry);
    this.#byLayer.remove(old.container.layer, old);
    this.#byLayer.add(container.layer, entry);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#order.splice(this.#order.lastIndexOf(entry), 1);
    this.#list = undefined;
    this.#byId.delete(id);
    for (const name of entry.container.names) {
      if (this.#byName.get(name) === entry) this.#byName.delete(name);
    }
    this.#byLayer.remove(entry.container.layer, entry);
    if (this.#prefixes.has(id)) this.#prefixes.delete(id);
  }
}
