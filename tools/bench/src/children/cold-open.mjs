import { openContainerStore } from "@stowage/store";

/**
 * Opens a store in a fresh process and asks it once; prints the ns of that, without the start of Node and the modules.
 *
 * With the packages as they are built and installed, and not bundled from the sources as the other children are: a
 * bundle lies where the native addon is not found at once, and would measure a search that no user has.
 */
const began = process.hrtime.bigint();
const store = await openContainerStore({ dir: process.argv[2] ?? "" });
await store.exists("no-such-container");
console.log(String(process.hrtime.bigint() - began));
await store.close();
