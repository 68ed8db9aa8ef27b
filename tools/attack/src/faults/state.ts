import { readdir } from "node:fs/promises";
import path from "node:path";
import { type OpenOptions, openContainerStore } from "@stowage/store";
import { digestOf } from "../power-loss/plan.ts";

/** Stands in a state behind an item whose bytes are not what its record says. */
export const RECORDED_OTHERWISE = "but recorded otherwise";

/** Everything in a store, as another process finds it, in one text; times apart. */
export async function stateOf(place: Pick<OpenOptions, "dir" | "runDir" | "transient">): Promise<string> {
  try {
    await using store = await openContainerStore({ ...place, readOnly: true });
    const found: unknown[] = [];
    for (const { id, names, metadata, volatile, bigDataNames, bigDataDigests } of await store.list()) {
      const items: unknown[] = [];
      for (const key of bigDataNames) {
        const digest = digestOf(await store.bigData(id, key)).slice(7, 15);
        const isRecorded = bigDataDigests.get(key)?.slice(7, 15) === digest;
        items.push(`${key} ${digest} ${isRecorded ? "" : RECORDED_OTHERWISE}`);
      }
      const folder = await readdir(path.join(place.dir, id)).catch(() => []);
      const files = folder.filter((name) => !/^\.(tmp|stowage)-/.test(name)).sort();
      found.push({ id, names, metadata, volatile, items, folder: files });
    }
    return JSON.stringify(found.map((each) => JSON.stringify(each)).sort());
  } catch (error) {
    return `not to be read: ${String(error)}`;
  }
}
