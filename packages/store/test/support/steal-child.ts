// A process that takes a name: node steal-child.mjs DIR ID NAME.
import { openContainerStore } from "../../src/index.ts";

const [dir = "", id = "", name = ""] = process.argv.slice(2);
await using store = await openContainerStore({ dir });
await store.addNames(id, [name], { onConflict: "steal" });
