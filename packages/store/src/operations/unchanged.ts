import type { Catalog } from "../catalog/catalog.ts";
import { requireContainer } from "../catalog/rules.ts";
import { encodeContainerText } from "../codec/encode-container.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";
import type { UpdateOptions } from "../options.ts";
import type { RecordEntry } from "../records/record-entry.ts";

/**
 * The container that an update is about, if it still is what the caller has seen.
 *
 * @throws StowageError ERR_CONTAINER_UNKNOWN; ERR_CONTAINER_CHANGED
 */
export function requireUnchanged(
  catalog: Catalog<RecordEntry>,
  ref: string,
  { ifUnchanged: seen }: UpdateOptions,
): Container {
  const container = requireContainer(catalog, ref);
  if (seen === undefined || isSame(container, seen)) return container;
  throw new StowageError(
    "ERR_CONTAINER_CHANGED",
    `container ${container.id} is not what it was when it was looked at; look at it again, and decide anew`,
    { ref },
  );
}

/** Records are values: another object that says the same is the same record. */
function isSame(one: Container, other: Container): boolean {
  if (one === other) return true;
  return one.volatile === other.volatile && encodeContainerText(one) === encodeContainerText(other);
}
