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

/** As containers/storage `Wipe`, but with one save. */
export function wipe(): Change<number> {
  return (session) => {
    const containers = [...session.catalog.list()];
    for (const container of containers) {
      session.remove(container);
      session.removeData(container.id);
    }
    return containers.length;
  };
}
