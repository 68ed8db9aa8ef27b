import { Catalog, type HasContainer, holderOf } from "../catalog/catalog.ts";
import { requireContainer } from "../catalog/rules.ts";
import type { Container } from "../model/container.ts";
import { text } from "../model/text.ts";
import { compileFilter } from "./compile-filter.ts";
import type { CompilePattern, QueryView } from "./conditions.ts";
import { compileQuery, type Query, readFilter, type Selection } from "./query.ts";

/**
 * The containers of a store as they all were at one moment. It never changes,
 * whatever happens to the store, nor when that is closed; it is valid, and keeps
 * its records in memory, for as long as somebody has it. It answers at once,
 * without the lock or the disk. Making one copies nothing.
 *
 * `ref` is what it is for the store. The contents of big data are not in it:
 * the store has only their last.
 */
export interface Snapshot extends Iterable<Container> {
  /** How many containers. */
  readonly size: number;
  /** @throws StowageError ERR_CONTAINER_UNKNOWN */
  get(ref: string): Container;
  find(ref: string): Container | undefined;
  exists(ref: string): boolean;
  /** The full id. @throws StowageError ERR_CONTAINER_UNKNOWN */
  lookup(ref: string): string;
  /**
   * All containers, or those of the query, frozen. Without a query it is the same
   * array each time. What is "ago" in a filter counts from the call.
   *
   * @throws StowageError ERR_UNKNOWN_FILTER, ERR_INVALID_FILTER, ERR_INVALID_SORT;
   * ERR_CONTAINER_UNKNOWN where `before` or `since` names none
   */
  list(query?: Query): readonly Container[];
  /**
   * The filter as a test of any container, also of one that is not in the snapshot:
   * for `export`, `import`, and the events of a watch. What `before` and `since` name is
   * looked up here, and what is "ago" counts from the call. Throws as `list`.
   */
  matcher(filter: NonNullable<Query["filter"]>): (container: Container) => boolean;
  /** @throws StowageError ERR_EMPTY_PREFIX, ERR_PREFIX_NOT_FOUND, ERR_AMBIGUOUS_PREFIX */
  resolvePrefix(prefix: string): string;
}

/** What a snapshot is not able to know by itself. */
export interface SnapshotTools {
  readonly compilePattern: CompilePattern;
  /** Nanoseconds since 1970. */
  readonly now: () => bigint;
}

/**
 * Keeps the list that the catalog had, which is frozen. Until the catalog changes,
 * its tables are those of the list, too; after that the first who looks something
 * up pays for tables of the snapshot's own.
 */
export class CatalogSnapshot implements Snapshot {
  readonly #list: readonly Container[];
  readonly #tools: SnapshotTools;
  /** Undefined once it was seen to have changed. */
  #catalog: Catalog<HasContainer> | undefined;
  #own: Catalog<HasContainer> | undefined;

  constructor(catalog: Catalog<HasContainer>, tools: SnapshotTools) {
    this.#list = catalog.list();
    this.#catalog = catalog;
    this.#tools = tools;
  }

  get size(): number {
    return this.#list.length;
  }

  get(ref: string): Container {
    return requireContainer(this.#tables, text(ref, "ref"));
  }

  find(ref: string): Container | undefined {
    return this.#tables.find(text(ref, "ref"));
  }

  exists(ref: string): boolean {
    return this.find(ref) !== undefined;
  }

  lookup(ref: string): string {
    return this.get(ref).id;
  }

  list(query: Query = {}): readonly Container[] {
    return this.select(compileQuery(query, this.#tools.compilePattern));
  }

  /** What `list` gives, for a query that was compiled before. */
  select(selection: Selection): readonly Container[] {
    return selection(this.#view(), this.#tools.now());
  }

  matcher(filter: NonNullable<Query["filter"]>): (container: Container) => boolean {
    const condition = compileFilter(readFilter(filter), this.#tools.compilePattern);
    return condition(this.#view(), this.#tools.now());
  }

  resolvePrefix(prefix: string): string {
    return this.#tables.resolvePrefix(text(prefix, "prefix"));
  }

  [Symbol.iterator](): Iterator<Container> {
    return this.#list[Symbol.iterator]();
  }

  #view(): QueryView {
    return {
      list: () => this.#list,
      find: (ref) => this.#tables.find(ref),
      candidates: (prefix, limit) => this.#tables.candidates(prefix, limit),
    };
  }

  get #tables(): Catalog<HasContainer> {
    if (this.#catalog?.hasList(this.#list) === true) return this.#catalog;
    this.#catalog = undefined;
    this.#own ??= new Catalog(this.#list.map(holderOf), holderOf);
    return this.#own;
  }
}
