import { openContainerStore } from "@stowage/store";
import { peak, resetPeak } from "../measure/peak-memory.ts";

/**
 * One item of `size` bytes in or out, in a fresh process: how many ns, and how many bytes more were resident than
 * before. Prints one JSON object.
 */
const [, , dir = "", direction, sizeText] = process.argv;
const size = Number(sizeText);
const chunk = Buffer.alloc(Math.min(size, 2 ** 20), "stowage");

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < size; at += chunk.length) yield chunk;
}

await using store = await openContainerStore({ dir });
// The first call loads what the later ones use.
await store.setBigData("item", "small", chunk.subarray(0, 1000));
await read("small");
const resident = resetPeak();
const began = process.hrtime.bigint();
if (direction === "in") await store.setBigData("item", "large", chunks());
else await read("large");
const ns = Number(process.hrtime.bigint() - began);
console.log(JSON.stringify({ ns, memory: peak() - resident }));

/** As a stream, whose end fails unless it has the recorded digest. */
async function read(key: string): Promise<void> {
  for await (const _ of await store.openBigData("item", key, { verify: true }));
}
