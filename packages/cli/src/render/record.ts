import type { Container } from "@stowage/store";

import { encodeJson, RawJson } from "./json.ts";
import type { Encodable } from "./json.ts";

/**
 * A container as every JSON output shows it: the store's own record, byte for
 * byte, and one more member at its end that says in which file it lives; behind
 * that what else a command has to say of it.
 */
export type ShowRecord = (container: Container, more?: Readonly<Record<string, Encodable>>) => RawJson;

/** Loads the store's encoder, which commands that show no record do without. */
export async function recordEncoder(): Promise<ShowRecord> {
  const { encodeContainerText } = await import("@stowage/store");
  return (container, more = {}) => {
    const record = encodeContainerText(container);
    const members = encodeJson({ volatileStore: container.volatile, ...more });
    return new RawJson(`${record.slice(0, -1)},${members.slice(1)}`);
  };
}
