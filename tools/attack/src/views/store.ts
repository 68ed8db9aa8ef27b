import path from "node:path";
import { type ContainerStore, openContainerStore } from "@stowage/store";
import { temporaryFolder } from "@stowage/test-kit";

export interface FilledStore extends AsyncDisposable {
  readonly dir: string;
  readonly store: ContainerStore;
}

/** A store of that many containers in a temporary folder, and an opening of it. */
export async function filledStore(containers: number): Promise<FilledStore> {
  const folder = await temporaryFolder();
  const dir = path.join(folder.path, "store");
  const store = await openContainerStore({ dir });
  await store.transaction(async (tx) => {
    for (let i = 0; i < containers; i += 1) await tx.create({ names: [`n${i}`] });
  });
  return {
    dir,
    store,
    [Symbol.asyncDispose]: async () => {
      await store.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export function percentiles(times: readonly number[]): string {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(1);
  return `median ${at(0.5)} ms, 90 % ${at(0.9)} ms, longest ${at(1)} ms`;
}
