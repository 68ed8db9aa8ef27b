import { openContainerStore, type StoreStatistics } from "@stowage/store";

/**
 * A fixed number of times one operation, on a store that was written before; prints how the store's statistics changed
 * by them. All of it happens one after the other, so that the same system calls come every time.
 */
const [, , dir = "", operation = "", timesText = "0", ref = ""] = process.argv;
const times = Number(timesText);

// A time has as many digits as it needs, and after 100 ms in a row a writer looks whether others wait: so the clocks are
// set by hand, and go on by a second from one operation to the next.
let now = Date.UTC(2026, 0, 1) + 123;
Date.now = () => now;
performance.now = () => now;

await using store = await openContainerStore({ dir });
await using other = await openContainerStore({ dir });
await other.list();

const operations: Record<string, (at: number) => Promise<unknown>> = {
  create: (at) => store.create({ id: `fresh-${at}`, names: [`name-${at}`], layer: `layer-${at}` }),
  "create volatile": (at) => store.create({ id: `fresh-${at}`, names: [`name-${at}`], volatile: true }),
  setMetadata: (at) => store.setMetadata(ref, String(at).padStart(300, "0")),
  setBigData: (at) => store.setBigData(ref, "item", String(at).padStart(1000, "0")),
  delete: async (at) => {
    await store.create({ id: `fresh-${at}` });
    await store.delete(`fresh-${at}`);
  },
  get: () => store.get(ref),
  list: () => store.list(),
  reload: async (at) => {
    await other.setMetadata(ref, String(at).padStart(300, "0"));
    await store.get(ref);
  },
  "100 creates at once": (at) =>
    Promise.all(Array.from({ length: 100 }, (_, one) => store.create({ id: `fresh-${at}-${one}` }))),
};

const run = operations[operation];
if (run === undefined) throw new TypeError(`there is no operation ${operation}`);
const before = store.statistics();
for (let at = 0; at < times; at += 1) {
  now += 1_000;
  await run(at + 10);
}
const after = store.statistics();
const keys = Object.keys(after) as (keyof StoreStatistics)[];
console.log(JSON.stringify(Object.fromEntries(keys.map((key) => [key, after[key] - before[key]]))));
