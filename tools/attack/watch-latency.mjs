#!/usr/bin/env node
// node tools/attack/watch-latency.mjs [CONTAINERS]
// How long it takes from the acknowledgement of a save, by another opening of the store, to the event of a
// watch; and how many events a thousand saves at full speed become. In milliseconds. Build first.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { openContainerStore } from "@stowage/store";

const containers = Number(process.argv[2] ?? "1000");
const rounds = 300;
const burst = 1000;

const folder = await mkdtemp(path.join(tmpdir(), "stowage-watch-"));
try {
  const dir = path.join(folder, "store");
  const store = await openContainerStore({ dir });
  const other = await openContainerStore({ dir });
  await Promise.all(Array.from({ length: containers }, (_, i) => other.create({ id: `c${i}` })));
  const watch = store.watch();
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const told = watch.next();
    await other.setMetadata("c0", `${round}`);
    const saved = performance.now();
    await told;
    times.push(performance.now() - saved);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(rounds - 1, Math.floor(share * rounds))].toFixed(1);
  console.log(`${containers} containers: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${at(1)} ms`);

  let events = 0;
  const counting = (async () => {
    for await (const event of watch) {
      events += 1;
      if (event.type === "changed" && event.after.metadata === "over") return;
    }
  })();
  const began = performance.now();
  for (let i = 0; i < burst; i += 1) await other.setMetadata("c1", `burst ${i}`);
  const seconds = (performance.now() - began) / 1000;
  await other.setMetadata("c1", "over");
  await counting;
  console.log(`${burst} changes of one record, ${Math.round(burst / seconds)} per second: ${events} events`);
  await store.close();
  await other.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
