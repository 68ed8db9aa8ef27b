import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { openContainerStore } from "@stowage/store";

/**
 * How long each operation of the store kept the event loop from turning at worst, in a process that has nothing else to
 * do. Prints one JSON object, ns by operation. Asks its parent for a change by another process by the line "change".
 */
const [, , dir = "", first = "", middle = ""] = process.argv;
const worst: Record<string, number> = {};
/** In ms; the shortest there is. */
const RESOLUTION = 1;

async function watch<T>(operation: string, work: () => Promise<T>): Promise<T> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  // The monitor measures between two of its ticks: one must lie before the work and one behind it.
  await setTimeout(10);
  delay.reset();
  const value = await work();
  await setTimeout(10);
  delay.disable();
  const blocked = Math.max(0, delay.max - RESOLUTION * 1e6);
  worst[operation] = Math.max(worst[operation] ?? 0, blocked);
  return value;
}

const changedByAnother = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("message", () => resolve());
    process.send?.("change");
  });

const small = await openContainerStore({ dir: `${dir}-small` });
await small.create();
await small.list();
await small.close();

const store = await watch("open", () => openContainerStore({ dir }));
await watch("list", () => store.list());
for (let round = 0; round < 5; round += 1) {
  await watch("get", () => store.get(middle));
  const made = await watch("create", () =>
    store.create({ names: [`fresh-${round}`], metadata: "m".repeat(300) }),
  );
  await watch("setMetadata", () => store.setMetadata(middle, `changed ${round}`));
  await watch("addNames", () => store.addNames(first, [`other-${round}`]));
  await watch("setBigData", () => store.setBigData(middle, "config.json", `{"round":${round}}`));
  await watch("create volatile", () => store.create({ names: [`passing-${round}`], volatile: true }));
  await watch("delete", () => store.delete(made.id));
  await changedByAnother();
  await watch("reload", () => store.exists("no-such-container"));
}
const burst = Array.from({ length: 1_000 }, (_, at) => `burst-${at}`);
await watch("1,000 creates", () => Promise.all(burst.map((name) => store.create({ names: [name] }))));
await watch("1,000 deletes", () => Promise.all(burst.map((name) => store.delete(name))));
await watch("check", () => store.check({ data: false }));
await watch("gc", () => store.gc());
await watch("wipe", () => store.wipe());
await store.close();
process.send?.(worst);
process.disconnect();
