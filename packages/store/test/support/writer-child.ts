// Changes a store from two tasks until it is killed: node writer-child.mjs DIR LOCK
import { openContainerStore } from "../../src/index.ts";

const [dir = "", lock] = process.argv.slice(2);
const store = await openContainerStore({ dir, lock: lock === "portable" ? "portable" : "kernel" });
console.log("started");

async function work(volatile: boolean): Promise<void> {
  for (let round = 0; ; round += 1) {
    const { id } = await store.create({ volatile, bigData: [{ key: "k", data: String(round) }] });
    const name = `of-${process.pid}-${volatile ? "volatile" : "stable"}`;
    // Taken from the one before, and now and then from the other file.
    await store.addNames(id, [name, `of-${process.pid}`], { onConflict: "steal" });
    await store.setMetadata(id, String(round));
    if (round % 2 === 0) await store.delete(id);
  }
}

await Promise.all([work(false), work(true)]);
