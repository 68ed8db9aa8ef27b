import { changesBetween } from "../model/changes-between.ts";
import type { Container } from "../model/container.ts";
import { changedFields, type ContainerChange } from "../model/container-change.ts";
import { differingMiddle } from "./differing-middle.ts";

/**
 * What turns one list of containers into the other: the removed first, then the
 * changed, then the created, each in the order of its list. What was changed
 * several times in between, or came and went, is seen as what is left of it.
 *
 * Records that are the same object cost next to nothing. In which order the
 * containers stand is no change.
 */
export function listChanges(old: readonly Container[], now: readonly Container[]): ContainerChange[] {
  if (old === now) return [];
  const middle = differingMiddle(old, now);
  const { created, changed, removed } = changesBetween(middle.before, middle.after, ({ id }) => id);
  return [
    ...removed.map((before): ContainerChange => ({ type: "removed", id: before.id, before })),
    ...changed.flatMap(({ before, after }): ContainerChange[] => {
      const fields = changedFields(before, after);
      return fields.length === 0 ? [] : [{ type: "changed", id: after.id, before, after, fields }];
    }),
    ...created.map((after): ContainerChange => ({ type: "created", id: after.id, after })),
  ];
}
