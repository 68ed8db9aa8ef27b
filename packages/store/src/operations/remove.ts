import { Pace } from "../persistence/pace.ts";
import type { Change } from "../persistence/write-queue.ts";
import type { UpdateOptions } from "../options.ts";
import { requireUnchanged } from "./unchanged.ts";

/** As containers/storage `Delete`: the record, saved, then its data folder. */
export function deleteContainer(ref: string, options: UpdateOptions): Change<void> {
  return (session) => {
    const container = requireUnchanged(session.catalog, ref, options);
    session.remove(container);
    session.removeData(container.id);
  };
}

/** As containers/storage `Wipe`, but with one save. Lets others run in between: there may be very many. */
export function wipe(): Change<number> {
  return async (session) => {
    // From the end, where one is found and taken out at once.
    const entries = session.catalog.entries().toReversed();
    const pace = new Pace(undefined);
    for (const entry of entries) {
      session.remove(entry);
      session.removeData(entry.id);
      if (pace.isOver) await pace.rest();
    }
    return entries.length;
  };
}
