import type { Container } from "../model/container.ts";
import { withFields } from "../model/containers.ts";
import type { HasContainer } from "./catalog.ts";

/** What loading made of the records of the two files. */
export interface Resolved<Entry> {
  /** Stable ones first, in the order of the files; ids and names are unique. */
  readonly entries: Entry[];
  /** Names were taken from these files' containers or kept by them: both must be saved. */
  readonly stableInconsistent: boolean;
  readonly volatileInconsistent: boolean;
  /** Records left out because their id came before. */
  readonly skipped: number;
}

/**
 * Makes one list of the two files, by the rules of containers/storage `load`: a
 * record whose id was seen before is left out, and of two containers that claim
 * a name the later one keeps it. A name that occurs twice in one record is no
 * conflict (containers/storage would lose it).
 *
 * Both files of a conflict count as inconsistent, the loser's too, so that the
 * loser's file does not bring the name back at the next load.
 */
export function resolveConflicts<Entry extends HasContainer>(
  stable: readonly Entry[],
  volatile: readonly Entry[],
  makeEntry: (container: Container) => Entry,
): Resolved<Entry> {
  const entries: Entry[] = [];
  const positions = new Map<string, number>();
  let skipped = 0;
  for (const entry of [...stable, ...volatile]) {
    if (positions.has(entry.container.id)) {
      skipped += 1;
      continue;
    }
    positions.set(entry.container.id, entries.length);
    entries.push(entry);
  }
  const holders = new Map<string, number>();
  let stableInconsistent = false;
  let volatileInconsistent = false;
  for (let position = 0; position < entries.length; position += 1) {
    const winner = entries[position]!.container;
    for (const name of winner.names) {
      const before = holders.get(name);
      holders.set(name, position);
      if (before === undefined || before === position) continue;
      const loser = entries[before]!.container;
      entries[before] = makeEntry(
        withFields(loser, { names: loser.names.filter((candidate) => candidate !== name) }),
      );
      if (winner.volatile || loser.volatile) volatileInconsistent = true;
      if (!winner.volatile || !loser.volatile) stableInconsistent = true;
    }
  }
  return { entries, stableInconsistent, volatileInconsistent, skipped };
}
