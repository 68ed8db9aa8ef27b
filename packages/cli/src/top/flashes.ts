import type { Container, ContainerChange } from "@stowage/store";
import { changedMembers } from "../render/changed-members.ts";

/** Milliseconds for which a change is marked; in the second half of them it fades. */
export const FLASH = 3000;

/** What became of a container a moment ago. */
export interface Flash {
  readonly type: ContainerChange["type"];
  /** Milliseconds of a clock that only goes forward. */
  readonly since: number;
  /** The members of the record that changed, as the program prints them. */
  readonly members: readonly string[];
  /** For one that is gone: what it was. It stays on the screen until it has faded. */
  readonly was: Container | undefined;
}

export type Flashes = ReadonlyMap<string, Flash>;

export const NO_FLASHES: Flashes = new Map();

/** With the changes of that moment. What was made and changed in one flash is still new. */
export function withChanges(flashes: Flashes, changes: readonly ContainerChange[], now: number): Flashes {
  if (changes.length === 0) return flashes;
  const next = new Map(flashes);
  for (const change of changes) {
    const before = next.get(change.id);
    const members = change.type === "changed" ? changedMembers(change) : [];
    next.set(change.id, {
      type: change.type === "changed" && before?.type === "created" ? "created" : change.type,
      since: now,
      members: change.type === "changed" ? [...new Set([...(before?.members ?? []), ...members])] : [],
      was: change.type === "removed" ? change.before : undefined,
    });
  }
  return next;
}

/** Without those that are over; the same map where none is. */
export function withoutOver(flashes: Flashes, now: number): Flashes {
  const left = [...flashes].filter(([, { since }]) => now - since < FLASH);
  return left.length === flashes.size ? flashes : new Map(left);
}

/** Whether it fades already. */
export function isFading({ since }: Flash, now: number): boolean {
  return now - since >= FLASH / 2;
}
