import { openContainerStore } from "@stowage/store";

/** Opens a store in a fresh process and asks it once; prints the ns of that, without the start of Node and the modules. */
const began = process.hrtime.bigint();
const store = await openContainerStore({ dir: process.argv[2] ?? "" });
await store.exists("no-such-container");
console.log(String(process.hrtime.bigint() - began));
await store.close();
