import type { Container } from "@stowage/store";

/** A record with these fields; the others are empty. */
export function containerOf(fields: Partial<Container>): Container {
  return {
    id: "id",
    names: [],
    image: "",
    layer: "",
    metadata: "",
    bigDataNames: [],
    bigDataSizes: new Map(),
    bigDataDigests: new Map(),
    created: "2024-01-02T03:04:05Z",
    uidMap: [],
    gidMap: [],
    flags: new Map(),
    volatile: false,
    unknownFields: new Map(),
    ...fields,
  };
}
