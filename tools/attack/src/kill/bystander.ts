/** Reads and writes a store while others are killed; ends when it is told to, and says how much it did. */
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";

const [dir = "", lock = "kernel", id = "", role = "read"] = process.argv.slice(2);
const protocol = lock as "kernel" | "portable";
await openLockFile(path.join(dir, "containers.lock"), { protocol, stale: 2_000 });
await using store = await openContainerStore({ dir, lock: protocol });
let asked = false;
process.stdin.once("data", () => (asked = true)).once("end", () => (asked = true));
if (role === "write") await store.create({ id });
console.log("ready");
let turns = 0;
const failures: string[] = [];
while (!asked) {
  try {
    if (role === "write") {
      await store.setMetadata(id, `turn ${turns}`);
      if ((await store.metadata(id)) !== `turn ${turns}`) failures.push(`turn ${turns} is lost`);
    } else {
      for (const container of await store.list()) {
        if (container.bigDataNames.includes("item")) await readItem(container.id);
      }
    }
  } catch (error) {
    failures.push(String(error));
  }
  turns += 1;
  await new Promise((resolve) => setTimeout(resolve, 5));
}
process.stdin.destroy();
console.log(JSON.stringify({ turns, failures }));

/** A container may be deleted between the two questions. */
async function readItem(of: string): Promise<void> {
  try {
    await store.bigData(of, "item");
  } catch (error) {
    if (await store.exists(of)) throw error;
  }
}
