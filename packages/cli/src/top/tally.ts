import type { Container, ContainerChange } from "@stowage/store";
import { dataSize } from "../render/container-view.ts";

/** How much is in the store. */
export interface Tally {
  readonly containers: number;
  readonly volatile: number;
  readonly names: number;
  readonly items: number;
  /** The recorded sizes of all big data. */
  readonly bytes: bigint;
}

const NOTHING: Tally = { containers: 0, volatile: 0, names: 0, items: 0, bytes: 0n };

export function tallyOf(containers: Iterable<Container>): Tally {
  return counted(NOTHING, containers, 1);
}

/** The same after some changes: ten thousand containers are not counted anew for each. */
export function tallyAfter(tally: Tally, changes: readonly ContainerChange[]): Tally {
  const gone = changes.flatMap((change) => ("before" in change ? [change.before] : []));
  const come = changes.flatMap((change) => ("after" in change ? [change.after] : []));
  return counted(counted(tally, gone, -1), come, 1);
}

function counted(tally: Tally, containers: Iterable<Container>, sign: 1 | -1): Tally {
  const sum = { ...tally };
  for (const container of containers) {
    sum.containers += sign;
    sum.volatile += container.volatile ? sign : 0;
    sum.names += sign * container.names.length;
    sum.items += sign * container.bigDataNames.length;
    sum.bytes += BigInt(sign) * dataSize(container);
  }
  return sum;
}
