import { requireContainer } from "../catalog/rules.ts";
import type { WaitOptions } from "../options.ts";
import type { Door } from "../persistence/door.ts";

/** As containers/storage `Delete`: the record, saved, then its data folder. */
export async function deleteContainer(door: Door, ref: string, options: WaitOptions): Promise<void> {
  await door.write(options, (session) => {
    const container = requireContainer(session.catalog, ref);
    session.remove(container);
    session.removeData(container.id);
  });
}

/** As containers/storage `Wipe`, but with one save. */
export async function wipe(door: Door, options: WaitOptions): Promise<number> {
  return await door.write(options, (session) => {
    const containers = [...session.catalog.list()];
    for (const container of containers) {
      session.remove(container);
      session.removeData(container.id);
    }
    return containers.length;
  });
}
