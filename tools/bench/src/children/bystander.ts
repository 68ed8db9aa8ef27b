import { openContainerStore } from "@stowage/store";

/** Another process, which changes a record whenever it is told of one: `{ dir, ref }`. It answers "done". */
let count = 0;
const stores = new Map<string, Awaited<ReturnType<typeof openContainerStore>>>();

process.on("message", (message) => {
  const { dir, ref } = message as { dir: string; ref: string };
  void change(dir, ref).then(
    () => process.send?.("done"),
    (error: unknown) => process.send?.(`failed: ${String(error)}`),
  );
});

async function change(dir: string, ref: string): Promise<void> {
  const store = stores.get(dir) ?? (await openContainerStore({ dir }));
  stores.set(dir, store);
  count += 1;
  await store.setMetadata(ref, `changed by somebody else, ${count}`);
}
