/**
 * Changes a store for as long as it lives, and says of each change when it is acknowledged. What it writes depends on
 * the number of the change alone, so that whoever reads what it said knows what must be there.
 */
import { writeSync } from "node:fs";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import path from "node:path";
import { contentAt, metadataAt } from "./changes.ts";

const [dir = "", lock = "kernel", id = "", firstText = "0"] = process.argv.slice(2);
const protocol = lock as "kernel" | "portable";
// The first to open a lock file in a process says after which time a lock is stale.
await openLockFile(path.join(dir, "containers.lock"), { protocol, stale: 2_000 });
const store = await openContainerStore({ dir, lock: protocol });
if (!(await store.exists(id))) await store.create({ id, metadata: metadataAt(-1) });
writeSync(1, "ready\n");
for (let change = Number(firstText); ; change += 1) {
  writeSync(1, `begin ${change}\n`);
  if (change % 3 === 0) await store.setMetadata(id, metadataAt(change));
  else if (change % 3 === 1) await store.setBigData(id, "item", contentAt(change));
  else await store.create({ id: `${id}-${change}`, bigData: [{ key: "item", data: contentAt(change) }] });
  writeSync(1, `done ${change}\n`);
  // So that the store stays small: what lived is deleted nine changes later, and that is acknowledged, too.
  if (change % 3 === 2 && change > 9) {
    writeSync(1, `deleting ${change - 9}\n`);
    await store.delete(`${id}-${change - 9}`);
    writeSync(1, `deleted ${change - 9}\n`);
  }
}
