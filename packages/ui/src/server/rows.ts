import type { Container } from "@stowage/store";
import type { FieldChange, Row } from "../protocol.ts";

/** Characters of a text in a list; a name may have any length. */
const LONGEST_TEXT = 256;
/** Names of one container in a list. */
const MOST_NAMES = 8;
/** Characters of what a field was and is. */
const LONGEST_VALUE = 400;

/** Cut so that no pair of surrogates is divided. */
export function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/** How a container is shown in the list. */
export function rowOf(container: Container): Row {
  const { names } = container;
  const shown = names.slice(0, MOST_NAMES).map((name) => cut(name, LONGEST_TEXT));
  if (names.length > MOST_NAMES) shown.push(`… ${names.length - MOST_NAMES} more`);
  let bytes = 0n;
  for (const size of container.bigDataSizes.values()) bytes += BigInt(size);
  return {
    id: container.id,
    names: shown,
    image: cut(container.image, LONGEST_TEXT),
    layer: cut(container.layer, LONGEST_TEXT),
    created: container.created,
    volatile: container.volatile,
    items: container.bigDataNames.length,
    bytes: Number(bytes),
  };
}

/** Each field of a record as a text to compare and to show. */
const FIELDS: ReadonlyMap<string, (container: Container) => string> = new Map([
  ["names", ({ names }) => names.join(", ")],
  ["image", ({ image }) => image],
  ["layer", ({ layer }) => layer],
  ["metadata", ({ metadata }) => metadata],
  ["data", dataText],
  ["created", ({ created }) => created],
  ["flags", ({ flags }) => listed(flags)],
  ["uid map", ({ uidMap }) => uidMap.map(mappingText).join(", ")],
  ["gid map", ({ gidMap }) => gidMap.map(mappingText).join(", ")],
  ["volatile", ({ volatile }) => String(volatile)],
  ["other members", ({ unknownFields }) => listed(unknownFields)],
]);

/** What differs between two records of one container. */
export function fieldChanges(before: Container, after: Container): readonly FieldChange[] {
  const changes: FieldChange[] = [];
  for (const [field, textOf] of FIELDS) {
    const [was, is] = [textOf(before), textOf(after)];
    if (was !== is) changes.push({ field, before: cut(was, LONGEST_VALUE), after: cut(is, LONGEST_VALUE) });
  }
  return changes;
}

function dataText({ bigDataNames, bigDataSizes, bigDataDigests }: Container): string {
  const item = (key: string): string =>
    `${key} (${bigDataSizes.get(key) ?? "?"} bytes, ${bigDataDigests.get(key)?.slice(0, 19) ?? "no digest"})`;
  return bigDataNames.map(item).join(", ");
}

function mappingText({ containerId, hostId, size }: Container["uidMap"][number]): string {
  return `${containerId}:${hostId}:${size}`;
}

const listed = (map: ReadonlyMap<string, unknown>): string =>
  [...map]
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");
