import { TruncIndex, TruncIndexError } from "@stowage/truncindex";
import type { Container } from "../model/container.ts";
import { replaceStretch } from "../model/replace-stretch.ts";
import { differingMiddle } from "./differing-middle.ts";
import { type HasLayer, LayerTable } from "./layer-table.ts";
import { asPrefixError } from "./prefix-error.ts";
import { searchPrefix } from "./search-prefix.ts";

/** So many prefixes are looked for among all ids before there is an index, which takes as long to make as many searches. */
const SEARCHES = 16;

const CONTAINERS_IN_STEP = 64;

/** Whatever holds a record; the catalog keeps such holders, so that their other contents travel along. */
export interface HasContainer extends Pick<Container, "id" | "names" | "volatile">, HasLayer {
  /** Asked for only when it is to be given out: to make it may take longer than what tables need of it. */
  readonly container: Container;
}

/** The plainest holder. */
export function holderOf(container: Container): HasContainer {
  const { id, names, layer, volatile } = container;
  return { id, names, layer, hasLayer: (wanted) => wanted === layer, volatile, container };
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
  #order: Entry[];
  readonly #byId = new Map<string, Entry>();
  readonly #byName = new Map<string, Entry>();
  readonly #byLayer = new LayerTable<Entry>();
  /** Made when it is asked again and again: most users have whole ids and names. */
  #prefixes: TruncIndex | undefined;
  #searches = 0;
  /** How many entries are volatile. */
  #volatile = 0;
  #list: readonly Container[] | undefined;

  /**
   * @param entries in the order of the list; ids are unique and so are names
   * (`resolveConflicts` sees to it).
   * @param makeEntry makes the holder of a new or changed record.
   */
  constructor(entries: readonly Entry[], makeEntry: (container: Container) => Entry) {
    this.#makeEntry = makeEntry;
    this.#order = [...entries];
    for (const entry of entries) this.#enter(entry);
  }

  get size(): number {
    return this.#order.length;
  }

  /** The containers in order. The array is frozen, and the same one until something changes. */
  list(): readonly Container[] {
    this.#list ??= Object.freeze(this.#order.map((entry) => entry.container));
    return this.#list;
  }

  /** Makes what `list` gives, in steps, as it may be long; nothing is left to do where it was given already. */
  *prepareList(): Generator<undefined, void> {
    if (this.#list !== undefined) return;
    let made = 0;
    for (const entry of this.#order) {
      void entry.container;
      made += 1;
      if (made % CONTAINERS_IN_STEP === 0) yield;
    }
  }

  /** Whether that is what `list` gave, and nothing has changed since. */
  hasList(list: readonly Container[]): boolean {
    return this.#list === list;
  }

  /** The holders in order; not to be changed. */
  entries(): readonly Entry[] {
    return this.#order;
  }

  /** Those that live in one of the two files, in order. */
  entriesIn(isVolatile: boolean): Entry[] {
    if (this.#volatile === 0) return isVolatile ? [] : [...this.#order];
    if (!isVolatile) return this.#order.filter(({ volatile }) => !volatile);
    const found: Entry[] = [];
    // From the end: volatile ones are read last and made last, and may be few among very many.
    for (let at = this.#order.length - 1; at >= 0 && found.length < this.#volatile; at -= 1) {
      const entry = this.#order[at]!;
      if (entry.volatile) found.push(entry);
    }
    return found.reverse();
  }

  byId(id: string): Container | undefined {
    return this.#byId.get(id)?.container;
  }

  byName(name: string): Container | undefined {
    return this.#byName.get(name)?.container;
  }

  /** Of several containers with that layer the last in the list. */
  byLayer(layer: string): Container | undefined {
    return this.#byLayer.last(layer, this.#order)?.container;
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
    if (this.#prefixes === undefined && this.#searches < SEARCHES) {
      this.#searches += 1;
      return searchPrefix(this.#byId.keys(), prefix);
    }
    const found = this.#index().find(prefix);
    return typeof found === "string" ? found : undefined;
  }

  /** As the truncated-id index answers. @throws StowageError ERR_EMPTY_PREFIX, ERR_PREFIX_NOT_FOUND, ERR_AMBIGUOUS_PREFIX */
  resolvePrefix(prefix: string): string {
    try {
      return this.#index().get(prefix);
    } catch (error) {
      throw asPrefixError(error);
    }
  }

  /** Some ids that begin with the prefix, sorted. */
  candidates(prefix: string, limit: number): string[] {
    return prefix === "" ? [] : this.#index().candidates(prefix, limit);
  }

  /** Appends a container whose id and names are free. */
  insert(container: Container): void {
    const entry = this.#makeEntry(container);
    this.#order.push(entry);
    this.#list = undefined;
    this.#enter(entry);
  }

  /** Puts a record in the place of the one with the same id; its new names are free or its own. */
  replace(container: Container): void {
    const old = this.#byId.get(container.id);
    if (old === undefined) throw new TypeError(`no container ${container.id} to replace`);
    const entry = this.#makeEntry(container);
    this.#order[this.#order.lastIndexOf(old)] = entry;
    this.#list = undefined;
    this.#byId.set(container.id, entry);
    this.#leaveNames(old);
    this.#enterNames(entry);
  }

  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (entry === undefined) return;
    this.#order.splice(this.#order.lastIndexOf(entry), 1);
    this.#list = undefined;
    this.#leave(entry);
  }

  /**
   * Makes the list just these entries, most of which are in it already: only the
   * stretch that differs is worked on.
   *
   * @returns false, with nothing changed, when an id or a name would come twice:
   * `resolveConflicts` has to decide then
   */
  update(entries: readonly Entry[]): boolean {
    if (this.#order.length === 0) return this.#fill(entries);
    const { from, before, after } = differingMiddle(this.#order, entries);
    if (!this.#mayReplace(before, after)) return false;
    if (before.length === 0 && after.length === 0) return true;
    for (const entry of before) this.#leave(entry);
    for (const entry of after) this.#enter(entry);
    this.#order = replaceStretch(this.#order, from, before.length, after);
    this.#list = undefined;
    return true;
  }

  /** Takes in the first entries: they have only each other to be in conflict with, and what holds them all tells. */
  #fill(entries: readonly Entry[]): boolean {
    const order = [...entries];
    for (const entry of order) {
      const { names } = entry;
      const [ids, taken] = [this.#byId.size, this.#byName.size];
      this.#enter(entry);
      // A name that one record has twice is in no conflict.
      const isFree =
        this.#byName.size - taken === (names.length === 1 ? 1 : new Set(names).size) && this.#byId.size > ids;
      if (isFree) continue;
      this.#empty();
      return false;
    }
    this.#order = order;
    this.#list = undefined;
    return true;
  }

  #empty(): void {
    this.#byId.clear();
    this.#byName.clear();
    this.#byLayer.clear();
    this.#prefixes = undefined;
    this.#volatile = 0;
  }

  #mayReplace(before: readonly Entry[], after: readonly Entry[]): boolean {
    const leaving = new Set(before);
    const ids = new Set<string>();
    const names = new Map<string, Entry>();
    for (const entry of after) {
      const { id } = entry;
      const there = this.#byId.get(id);
      if (ids.has(id) || (there !== undefined && !leaving.has(there))) return false;
      ids.add(id);
      for (const name of entry.names) {
        const holder = this.#byName.get(name);
        if (holder !== undefined && !leaving.has(holder)) return false;
        if ((names.get(name) ?? entry) !== entry) return false;
        names.set(name, entry);
      }
    }
    return true;
  }

  /** Puts an entry into all tables. */
  #enter(entry: Entry): void {
    const { id } = entry;
    this.#byId.set(id, entry);
    this.#enterNames(entry);
    if (this.#prefixes === undefined) return;
    try {
      this.#prefixes.add(id);
    } catch (error) {
      // Ids that the index cannot take stay usable by their full form, as in containers/storage.
      if (!(error instanceof TruncIndexError)) throw error;
    }
  }

  /** Takes an entry out of all tables. */
  #leave(entry: Entry): void {
    const { id } = entry;
    this.#byId.delete(id);
    this.#leaveNames(entry);
    if (this.#prefixes?.has(id) === true) this.#prefixes.delete(id);
  }

  #enterNames(entry: Entry): void {
    for (const name of entry.names) this.#byName.set(name, entry);
    this.#byLayer.add(entry);
    if (entry.volatile) this.#volatile += 1;
  }

  #leaveNames(entry: Entry): void {
    for (const name of entry.names) {
      if (this.#byName.get(name) === entry) this.#byName.delete(name);
    }
    this.#byLayer.remove(entry);
    if (entry.volatile) this.#volatile -= 1;
  }

  #index(): TruncIndex {
    this.#prefixes ??= new TruncIndex(this.#order.map((entry) => entry.id));
    return this.#prefixes;
  }
}
