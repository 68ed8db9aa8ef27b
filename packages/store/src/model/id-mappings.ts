import type { IdMapping } from "./container.ts";

/**
 * The mappings whose container or host range overlaps an earlier one, each as
 * `container:host:size`; empty ranges overlap nothing. As containers/storage
 * `hasOverlappingRanges`.
 */
export function overlappingMappings(mappings: readonly IdMapping[]): string[] {
  const containers = new Ranges();
  const hosts = new Ranges();
  const conflicts: string[] = [];
  for (const { containerId, hostId, size } of mappings) {
    if (size <= 0) continue;
    const container: Range = [BigInt(containerId), BigInt(containerId) + BigInt(size)];
    const host: Range = [BigInt(hostId), BigInt(hostId) + BigInt(size)];
    if (containers.overlap(container) || hosts.overlap(host)) {
      conflicts.push(`${containerId}:${hostId}:${size}`);
    }
    containers.add(container);
    hosts.add(host);
  }
  return conflicts;
}

/** From the first up to, not including, the second; never empty. */
type Range = readonly [start: bigint, end: bigint];

/** A set of whole numbers, as ranges that are in order and do not touch. */
class Ranges {
  readonly #ranges: Range[] = [];

  overlap([start, end]: Range): boolean {
    const next = this.#ranges[this.#firstThatEndsAfter(start)];
    return next !== undefined && next[0] < end;
  }

  add([start, end]: Range): void {
    const from = this.#firstThatEndsAfter(start - 1n);
    let to = from;
    let [lowest, highest] = [start, end];
    for (let next = this.#ranges[to]; next !== undefined && next[0] <= end; next = this.#ranges[to]) {
      if (next[0] < lowest) lowest = next[0];
      if (next[1] > highest) highest = next[1];
      to += 1;
    }
    this.#ranges.splice(from, to - from, [lowest, highest]);
  }

  #firstThatEndsAfter(place: bigint): number {
    let low = 0;
    let high = this.#ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#ranges[middle]![1] > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
