import { openContainerStore } from "@stowage/store";
import { peak as peakMemory, resetPeak } from "../measure/peak-memory.ts";

/** What one store takes, in a process that has nothing else; started with --expose-gc. Prints one JSON object. */
declare const gc: () => void;

interface Memory {
  readonly resident: number;
  readonly heap: number;
  readonly buffers: number;
}

/** Two collections, since what the first one frees may have held other things. */
function settled(): Memory {
  gc();
  gc();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { resident: rss, heap: heapUsed, buffers: external };
}

const less = (one: Memory, other: Memory): Memory => ({
  resident: one.resident - other.resident,
  heap: one.heap - other.heap,
  buffers: one.buffers - other.buffers,
});

// Everything that opening loads is loaded before the store that counts.
await using _small = await openContainerStore({ dir: `${process.argv[2] ?? ""}-small` });
const before = settled();
const resident = resetPeak();
const store = await openContainerStore({ dir: process.argv[2] ?? "" });
await store.exists("no-such-container");
const peak = peakMemory() - resident;
const opened = less(settled(), before);
for (const container of await store.list()) {
  void [container.names, container.metadata, container.bigDataDigests, container.flags, container.created];
}
const read = less(settled(), before);
console.log(JSON.stringify({ peak, opened, read }));
await store.close();
