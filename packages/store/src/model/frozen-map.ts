/**
 * A map that nobody can change, whatever he calls on it. It is no `Map`: what is
 * one can be changed by `Map.prototype.set.call`. So it holds one, out of reach.
 *
 * `structuredClone` and `postMessage` do not carry it: hand them `new Map(map)`.
 */
export class FrozenMap<K, V> implements ReadonlyMap<K, V> {
  readonly #map: ReadonlyMap<K, V>;

  /** Copies the entries; of several with one key the last counts. */
  constructor(entries?: Iterable<readonly [K, V]>) {
    this.#map = new Map(entries);
    Object.freeze(this);
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  /** The callback gets this map, as that of a `Map` does. */
  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void, thisArgument?: unknown): void {
    for (const [key, value] of this.#map) callback.call(thisArgument, value, key, this);
  }

  entries(): MapIterator<[K, V]> {
    return this.#map.entries();
  }

  keys(): MapIterator<K> {
    return this.#map.keys();
  }

  values(): MapIterator<V> {
    return this.#map.values();
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.#map.entries();
  }

  get [Symbol.toStringTag](): string {
    return "FrozenMap";
  }

  /** What `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](
    depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    if (depth < 0) return "[FrozenMap]";
    return inspect(new Map(this.#map), options).replace("Map", "FrozenMap");
  }
}

Object.freeze(FrozenMap.prototype);

const NONE = new FrozenMap<never, never>();

/** The frozen form of a map; empty ones are one and the same. */
export function frozenMap<K, V>(map: ReadonlyMap<K, V> | undefined): ReadonlyMap<K, V> {
  if (map === undefined || map.size === 0) return NONE as ReadonlyMap<never, never> as ReadonlyMap<K, V>;
  return map instanceof FrozenMap ? map : new FrozenMap(map);
}
