/** A map that cannot be changed, not even by somebody who casts its type away. */
export class FrozenMap<K, V> extends Map<K, V> {
  constructor(entries?: Iterable<readonly [K, V]>) {
    super();
    for (const [key, value] of entries ?? []) super.set(key, value);
    Object.freeze(this);
  }

  override set(): this {
    throw new TypeError("a container's record cannot be changed; use the store's methods");
  }

  override delete(): boolean {
    throw new TypeError("a container's record cannot be changed; use the store's methods");
  }

  override clear(): void {
    throw new TypeError("a container's record cannot be changed; use the store's methods");
  }
}

const NONE = new FrozenMap<never, never>();

/** The frozen form of a map; empty ones are one and the same. */
export function frozenMap<K, V>(map: ReadonlyMap<K, V> | undefined): ReadonlyMap<K, V> {
  if (map === undefined || map.size === 0) return NONE as ReadonlyMap<K, V>;
  return map instanceof FrozenMap ? map : new FrozenMap(map);
}
