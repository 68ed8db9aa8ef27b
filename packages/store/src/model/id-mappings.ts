import type { IdMapping } from "./container.ts";

interface Range {
  readonly start: bigint;
  readonly end: bigint;
}

const overlaps = (range: Range, others: readonly Range[]): boolean =>
  others.some((other) => range.start < other.end && other.start < range.end);

/**
 * The mappings whose container or host range overlaps an earlier one, each as
 * `container:host:size`; empty ranges overlap nothing. As containers/storage
 * `hasOverlappingRanges`.
 */
export function overlappingMappings(mappings: readonly IdMapping[]): string[] {
  const containers: Range[] = [];
  const hosts: Range[] = [];
  const conflicts: string[] = [];
  for (const { containerId, hostId, size } of mappings) {
    const length = BigInt(size);
    if (length <= 0n) continue;
    const container = { start: BigInt(containerId), end: BigInt(containerId) + length };
    const host = { start: BigInt(hostId), end: BigInt(hostId) + length };
    if (overlaps(container, containers) || overlaps(host, hosts)) {
      conflicts.push(`${containerId}:${hostId}:${size}`);
    }
    containers.push(container);
    hosts.push(host);
  }
  return conflicts;
}
