/** Makes containers for as long as it lives, and says of each whether it is there; goes on after a lock that was lost. */
import { writeSync } from "node:fs";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore, StowageError } from "@stowage/store";

const [dir = "", lock = "portable"] = process.argv.slice(2);
const protocol = lock as "kernel" | "portable";
await openLockFile(path.join(dir, "containers.lock"), { protocol, stale: 2_000 });
await using store = await openContainerStore({ dir, lock: protocol });
let asked = false;
process.stdin.once("data", () => (asked = true));
writeSync(1, "ready\n");
for (let number = 0; !asked; number += 1) {
  try {
    await store.create({ id: `w${number}`, bigData: [{ key: "item", data: `item of w${number}` }] });
    writeSync(1, `done w${number}\n`);
  } catch (error) {
    writeSync(1, `failed w${number} ${error instanceof StowageError ? error.code : String(error)}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, 2));
}
process.stdin.destroy();
