import type { Container, Int64 } from "./container.ts";
import { frozenMap } from "./frozen-map.ts";

const NOTHING: readonly never[] = Object.freeze([]);

/** The fields of a record; what is not given is as in an empty record. */
export function makeContainer(fields: Pick<Container, "id" | "created"> & Partial<Container>): Container {
  return Object.freeze({
    id: fields.id,
    names: fields.names === undefined ? NOTHING : Object.freeze(fields.names),
    image: fields.image ?? "",
    layer: fields.layer ?? "",
    metadata: fields.metadata ?? "",
    bigDataNames: fields.bigDataNames === undefined ? NOTHING : Object.freeze(fields.bigDataNames),
    bigDataSizes: frozenMap(fields.bigDataSizes),
    bigDataDigests: frozenMap(fields.bigDataDigests),
    created: fields.created,
    uidMap: fields.uidMap === undefined ? NOTHING : Object.freeze(fields.uidMap),
    gidMap: fields.gidMap === undefined ? NOTHING : Object.freeze(fields.gidMap),
    flags: frozenMap(fields.flags),
    volatile: fields.volatile ?? false,
    unknownFields: frozenMap(fields.unknownFields),
  });
}

/** A record with some fields changed; the old one stays as it is. */
export function withFields(container: Container, changes: Partial<Container>): Container {
  return makeContainer({
    id: container.id,
    names: changes.names ?? container.names,
    image: changes.image ?? container.image,
    layer: changes.layer ?? container.layer,
    metadata: changes.metadata ?? container.metadata,
    bigDataNames: changes.bigDataNames ?? container.bigDataNames,
    bigDataSizes: changes.bigDataSizes ?? container.bigDataSizes,
    bigDataDigests: changes.bigDataDigests ?? container.bigDataDigests,
    created: changes.created ?? container.created,
    uidMap: changes.uidMap ?? container.uidMap,
    gidMap: changes.gidMap ?? container.gidMap,
    flags: changes.flags ?? container.flags,
    volatile: changes.volatile ?? container.volatile,
    unknownFields: changes.unknownFields ?? container.unknownFields,
  });
}

/** A record that has an item with this size and digest; its key comes last when it is new. */
export function withItem(container: Container, key: string, size: Int64, digest: string): Container {
  const { bigDataNames, bigDataSizes, bigDataDigests } = container;
  return withFields(container, {
    bigDataNames: bigDataNames.includes(key) ? bigDataNames : [...bigDataNames, key],
    bigDataSizes: new Map([...bigDataSizes, [key, size]]),
    bigDataDigests: new Map([...bigDataDigests, [key, digest]]),
  });
}
