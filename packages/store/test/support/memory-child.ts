import { openContainerStore } from "../../src/index.ts";

/** Writes an item of so many MiB, copies and reads it, and says by how much that made the process larger at most. */
const [dir = "", mebibytes = ""] = process.argv.slice(2);
const MEBIBYTE = 1024 * 1024;
const total = Number(mebibytes) * MEBIBYTE;

async function* content(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < total; at += MEBIBYTE) {
    yield await Promise.resolve(Buffer.alloc(MEBIBYTE, at / MEBIBYTE));
  }
}

await using store = await openContainerStore({ dir });
await store.create({ id: "c", bigData: [{ key: "warm", data: "up" }] });
await (await store.openBigData("c", "warm", { verify: true })).bytes();

const before = process.memoryUsage.rss();
let most = before;
const watching = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 5);

await store.setBigData("c", "large", content());
await store.copyBigData("c", "large", "c", { toKey: "copy", verify: true });
let read = 0;
// A slow reader: what it does not ask for must not be waiting in memory.
for await (const chunk of (await store.openBigData("c", "copy", { verify: true })).stream()) {
  read += chunk.length;
  if (read % (16 * MEBIBYTE) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
}
clearInterval(watching);
console.log(JSON.stringify({ read, growth: Math.round((most - before) / MEBIBYTE) }));
