/** Reads a store without a pause, in several tasks, so that there is always one who holds the lock. Killed when done with. */
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";

const [dir = "", lock = "kernel", tasks = "2"] = process.argv.slice(2);
const protocol = lock as "kernel" | "portable";
await openLockFile(path.join(dir, "containers.lock"), { protocol, stale: 2_000 });
const store = await openContainerStore({ dir, lock: protocol });
process.stdout.write("ready\n");
await Promise.all(
  Array.from({ length: Number(tasks) }, async () => {
    for (;;) await store.list();
  }),
);
