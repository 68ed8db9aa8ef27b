import type { Container } from "../model/container.ts";
import type { Finding } from "../options.ts";
import type { Pace } from "../persistence/pace.ts";
import type { StorePaths } from "../persistence/paths.ts";
import { checkFolder } from "./check-folder.ts";
import { checkItem, keysOf, type Looking, openItemOf, type OpenedItem } from "./check-item.ts";

/** A container's folder, or (with a key) one of its items. */
export interface Suspect {
  readonly id: string;
  readonly key?: string;
}

/** A suspect as it stood while the lock was held: what is wrong with it already, and what is still to be read. */
export interface Caught {
  readonly findings: readonly Finding[];
  readonly item: OpenedItem | undefined;
}

/** All that may be wrong with a container's data. */
export function suspectsOf(paths: StorePaths, container: Container): Suspect[] {
  const { id } = container;
  if (paths.dataFolder(id) === undefined) return [];
  return [{ id }, ...keysOf(paths, container).map((key) => ({ id, key }))];
}

/**
 * Catches a suspect. What it comes to is stable only while the lock is held; the
 * file of an item stays the right one afterwards. The caller hands the result to
 * `judge`. Undefined when the record has no such item any more.
 */
export async function catchSuspect(
  paths: StorePaths,
  containers: ReadonlyMap<string, Container>,
  { id, key }: Suspect,
  pace: Pace,
): Promise<Caught | undefined> {
  const container = containers.get(id);
  if (container === undefined) return undefined;
  if (key === undefined) return { findings: await checkFolder(paths, container, pace), item: undefined };
  if (!keySetOf(container).has(key) || !paths.hasDataFile(id, key)) return undefined;
  return { findings: [], item: openItemOf(paths, container, key) };
}

const keySets = new WeakMap<Container, ReadonlySet<string>>();

/** Asked for once for each item of the container, of which there may be very many. */
function keySetOf(container: Container): ReadonlySet<string> {
  const keys = keySets.get(container) ?? new Set(container.bigDataNames);
  keySets.set(container, keys);
  return keys;
}

/** What is wrong with a suspect that was caught; closes its file. */
export async function judge({ findings, item }: Caught, looking: Looking): Promise<readonly Finding[]> {
  return item === undefined ? findings : await checkItem(item, looking);
}
