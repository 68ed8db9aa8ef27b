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
  /** Records left out because their id came before, by the file that they stand in. */
  readonly skipped: { readonly stable: number; readonly volatile: number };
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
  const ids = new Set<string>();
  const holders = new Map<string, number>();
  /** By position in the list: the names that the container there loses. */
  const lost = new Map<number, Set<string>>();
  const skipped = { stable: 0, volatile: 0 };
  let stableInconsistent = false;
  let volatileInconsistent = false;
  for (const file of ["stable", "volatile"] as const) {
    for (const entry of file === "stable" ? stable : volatile) {
      if (ids.size === ids.add(entry.id).size) {
        skipped[file] += 1;
        continue;
      }
      const position = entries.push(entry) - 1;
      for (const name of entry.names) {
        const before = holders.get(name);
        holders.set(name, position);
        if (before === undefined || before === position) continue;
        const loser = entries[before]!;
        lost.set(before, (lost.get(before) ?? new Set()).add(name));
        if (entry.volatile || loser.volatile) volatileInconsistent = true;
        if (!entry.volatile || !loser.volatile) stableInconsistent = true;
      }
    }
  }
  for (const [position, gone] of lost) {
    const loser = entries[position]!.container;
    entries[position] = makeEntry(
      withFields(loser, { names: loser.names.filter((name) => !gone.has(name)) }),
    );
  }
  return { entries, stableInconsistent, volatileInconsistent, skipped };
}
