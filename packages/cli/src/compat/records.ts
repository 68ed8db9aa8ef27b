import { encodeContainerText } from "@stowage/store";
import type { Container } from "@stowage/store";

import { RawJson } from "../render/json.ts";
import type { Encodable } from "../render/json.ts";

/** The record as the real program prints it: without members that it does not know, which it forgets as it reads. */
export function recordJson(container: Container): RawJson {
  const { id, names, image, layer, metadata, bigDataNames, bigDataSizes, bigDataDigests } = container;
  const { created, uidMap, gidMap, flags, volatile } = container;
  return new RawJson(
    encodeContainerText({
      ...{ id, names, image, layer, metadata, bigDataNames, bigDataSizes, bigDataDigests },
      ...{ created, uidMap, gidMap, flags, volatile, unknownFields: new Map() },
    }),
  );
}

/** A Go map as JSON: its keys in the order of their bytes. */
export function goMap<T extends Encodable>(entries: Iterable<readonly [string, T]>): ReadonlyMap<string, T> {
  return new Map([...entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
}
