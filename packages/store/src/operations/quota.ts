import type { Quota } from "../big-data.ts";
import { StowageError } from "../errors.ts";
import type { Container } from "../model/container.ts";

/** What counts of a container; a new one has nothing yet. */
type Holder = Pick<Container, "id" | "bigDataSizes">;

/** @throws TypeError */
export function checkedQuota(quota: Quota | undefined): Quota | undefined {
  if (quota === undefined) return undefined;
  const { bytesPerContainer } = quota;
  if (Number.isSafeInteger(bytesPerContainer) && bytesPerContainer >= 0) return Object.freeze({ ...quota });
  throw new TypeError(
    `quota.bytesPerContainer must be a number of bytes from 0 on, not ${String(bytesPerContainer)}`,
  );
}

/** How large an item may be, and what to say when it is larger. */
export interface Room {
  readonly bytes: number;
  readonly exceeded: (size: number) => StowageError;
}

/**
 * The room that a container has for an item, which takes the place of the one
 * of that key. Who is over the quota already may still make an item smaller.
 */
export function roomFor(quota: Quota | undefined, container: Holder, key: string): Room | undefined {
  if (quota === undefined) return undefined;
  let others = 0;
  for (const [name, size] of container.bigDataSizes) if (name !== key) others += Math.max(0, Number(size));
  const old = Number(container.bigDataSizes.get(key) ?? 0);
  const { bytesPerContainer: limit } = quota;
  return {
    bytes: Math.max(limit - others, old, 0),
    exceeded: (size) =>
      new StowageError(
        "ERR_QUOTA_EXCEEDED",
        `item ${JSON.stringify(key)} would have container ${container.id} keep at least ${others + size} bytes of big data, and ` +
          `the quota is ${limit}; nothing was changed. Remove items, or open the store with a larger quota`,
        { ref: container.id, key, limit, size: others + size },
      ),
  };
}

/** @throws StowageError ERR_QUOTA_EXCEEDED when the container cannot have an item of that size */
export function assertFits(quota: Quota | undefined, container: Holder, key: string, size: number): void {
  const room = roomFor(quota, container, key);
  if (room !== undefined && size > room.bytes) throw room.exceeded(size);
}
