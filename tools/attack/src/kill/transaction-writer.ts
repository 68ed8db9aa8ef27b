/**
 * Makes one transaction after the other for as long as it lives, and says of each when it is acknowledged. Each changes
 * both files of records, brings two items in and takes one away: whoever looks must see all of that or none.
 */
import { writeSync } from "node:fs";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import path from "node:path";
import { contentAt, COUNTER, CURRENT, idAt } from "./changes.ts";

const [dir = "", lock = "kernel", firstText = "0"] = process.argv.slice(2);
const protocol = lock as "kernel" | "portable";
// The first to open a lock file in a process says after which time a lock is stale.
await openLockFile(path.join(dir, "containers.lock"), { protocol, stale: 2_000 });
const store = await openContainerStore({ dir, lock: protocol });
writeSync(1, "ready\n");
for (let change = Number(firstText); ; change += 1) {
  writeSync(1, `begin ${change}\n`);
  await store.transaction(async (tx) => {
    const before = await tx.find(CURRENT);
    const bigData = [{ key: "item", data: contentAt(change) }];
    await tx.create({ id: idAt(change), volatile: change % 2 === 1, metadata: String(change), bigData });
    await tx.addNames(idAt(change), [CURRENT], { onConflict: "steal" });
    await tx.setMetadata(COUNTER, String(change));
    await tx.setBigData(COUNTER, "item", contentAt(change));
    if (before !== undefined) await tx.delete(before.id);
  });
  writeSync(1, `done ${change}\n`);
}
