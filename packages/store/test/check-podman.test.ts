import path from "node:path";
import { podmanStore, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";

it("finds nothing wrong with a store that podman made, and nothing to collect", async ({ skip }) => {
  await using folder = await temporaryFolder();
  const made = await podmanStore(folder.path);
  if (made.found === undefined) return skip(made.reason);
  const { dir, runRoot, containers } = made.found;
  await using store = await openContainerStore({ dir, runDir: path.join(runRoot, "vfs-containers") });
  expect((await store.list()).map(({ id }) => id)).toEqual(containers);
  expect(await store.check()).toEqual([]);
  expect(await store.gc({ dryRun: true, minAge: 0 })).toMatchObject({ removed: [], kept: [] });
});
