import type { Container } from "@stowage/store";
import type { Flashes } from "./flashes.ts";

export interface RowOptions {
  readonly matches: (container: Container) => boolean;
  readonly compare: (one: Container, other: Container) => number;
  readonly reverse: boolean;
}

/**
 * What the list shows, in its order: the containers that fit, and among them those that are
 * gone and still fade. `former` is what it showed before: most of it is in order already, so that
 * sorting ten thousand takes no more than a look at each. The answer does not depend on it.
 */
export function rowsOf(
  containers: ReadonlyMap<string, Container>,
  flashes: Flashes,
  { matches, compare, reverse }: RowOptions,
  former: readonly Container[] = [],
): readonly Container[] {
  const shown = new Map<string, Container>();
  const take = (container: Container | undefined): void => {
    if (container !== undefined && !shown.has(container.id) && matches(container)) {
      shown.set(container.id, container);
    }
  };
  const current = (id: string): Container | undefined => containers.get(id) ?? flashes.get(id)?.was;
  for (const { id } of former) take(current(id));
  for (const container of containers.values()) take(container);
  for (const [id, { was }] of flashes) if (!containers.has(id)) take(was);
  const sign = reverse ? -1 : 1;
  return [...shown.values()].sort((one, other) => sign * (compare(one, other) || byId(one, other)));
}

function byId({ id: one }: Container, { id: other }: Container): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
