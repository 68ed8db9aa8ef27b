import type { Container } from "@stowage/store";

import { RawJson } from "./json.ts";

/**
 * A container as every JSON output shows it: the store's own record, byte for
 * byte, and one more member at its end that says in which file it lives.
 */
export type ShowRecord = (container: Container) => RawJson;

/** Loads the store's encoder, which commands that show no record do without. */
export async function recordEncoder(): Promise<ShowRecord> {
  const { encodeContainerText } = await import("@stowage/store");
  return (container) => {
    const record = encodeContainerText(container);
    return new RawJson(`${record.slice(0, -1)},"volatileStore":${container.volatile}}`);
  };
}
