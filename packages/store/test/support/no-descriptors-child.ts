// Watches a store (argument) while the process has no descriptor left for the system's notifications;
// prints what it is warned of and what the watch tells, as JSON.
import { closeSync, openSync } from "node:fs";
import { openContainerStore } from "../../src/index.ts";

const dir = process.argv[2] ?? "";
const warnings: string[] = [];
await using store = await openContainerStore({ dir, onWarning: (message) => warnings.push(message) });
await using other = await openContainerStore({ dir });
const watch = store.watch();
await store.list();
const taken: number[] = [];
try {
  for (;;) taken.push(openSync("/dev/null", "r"));
} catch {
  // That was the last.
}
const first = watch.next();
// The watch begins in a later turn of the loop, and needs no descriptor but for the notifications.
while (warnings.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
for (const fd of taken) closeSync(fd);
await other.create({ id: "a" });
const { value } = await first;
console.log(JSON.stringify({ warnings, value: value?.type }));
await watch.return();
