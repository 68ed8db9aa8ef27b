// Takes one change of a store (argument) from two watches, and then neither asks again nor ends them.
import { openContainerStore } from "../../src/index.ts";

const store = await openContainerStore({ dir: process.argv[2] ?? "" });
const watches = [store.watch(), store.watch({ polling: 1 })];
const waiting = watches.map((watch) => watch.next());
await store.create({ id: "a" });
const [first] = await Promise.all(waiting);
console.log(first?.value?.type);
