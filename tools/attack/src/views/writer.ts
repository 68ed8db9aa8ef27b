import { setTimeout as sleep } from "node:timers/promises";
import { openContainerStore } from "@stowage/store";

// writer.ts DIR KIND SECONDS: about a thousand changes a second, in groups, of 100 containers of its own, some of which it
// deletes and makes anew. Prints how many were acknowledged.
const [dir = "", kind = "", seconds = ""] = process.argv.slice(2);
const GROUP = 20;
const PACE = 20;
const OWN = 100;

const store = await openContainerStore({ dir });
const idOf = (index: number): string => `busy${index % OWN}`;
const make = (index: number): Promise<unknown> =>
  store.create({ id: idOf(index), names: [`busy-${index % OWN}`], volatile: kind === "volatile" });
await store.transaction(async (tx) => {
  for (let index = 0; index < OWN; index += 1)
    await tx.create({ id: idOf(index), names: [`busy-${index}`], volatile: kind === "volatile" });
});
console.log("ready");
const began = performance.now();
const end = began + Number(seconds) * 1000;
let changes = 0;
for (let round = 0; performance.now() < end; round += 1) {
  const group = Array.from({ length: GROUP - 2 }, (_, each) =>
    store.setMetadata(idOf(round * 7 + each), `${round} ${each}`),
  );
  const gone = idOf(round * 7 + GROUP);
  await Promise.all([...group, store.delete(gone).then(() => make(round * 7 + GROUP))]);
  changes += GROUP;
  await sleep(Math.max(0, began + (round + 1) * PACE - performance.now()));
}
const took = performance.now() - began;
await store.setNames(idOf(0), ["the-last-word"]);
await store.close();
console.log(JSON.stringify({ changes, rate: Math.round((changes / took) * 1000) }));
