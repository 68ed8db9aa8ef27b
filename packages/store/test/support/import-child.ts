import { createReadStream } from "node:fs";
import { openContainerStore } from "../../src/index.ts";

/** Imports an archive, and says each time that a container went through, so that it can be killed then. */
const [dir = "", archive = ""] = process.argv.slice(2);
await using store = await openContainerStore({ dir });
await store.import(createReadStream(archive, { highWaterMark: 4096 }), {
  onProgress: ({ containers }) => process.stdout.write(`${containers}\n`),
});
