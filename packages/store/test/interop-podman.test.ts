import { readFile } from "node:fs/promises";
import path from "node:path";
import { podmanStore, runProcess, temporaryFolder, treeListing } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openSound } from "./support/sound.ts";

it("shares podman's own store with it", async (context) => {
  await using folder = await temporaryFolder();
  // Folders of images may be read-only, which keeps all but root from removing them.
  await using _ = {
    async [Symbol.asyncDispose]() {
      await runProcess("chmod", ["-R", "u+rwX", folder.path]);
    },
  };
  const { found: real, reason } = await podmanStore(folder.path);
  if (real === undefined) return context.skip(reason);
  const file = path.join(real.dir, "containers.json");
  const [first = "", second = ""] = real.containers;
  const before = await readFile(file, "utf8");
  {
    await using opened = await openSound({ dir: real.dir });
    const { store } = opened;
    expect((await store.list()).map(({ id, names, image }) => [id, names[0], image])).toEqual([
      [first, "one", real.image],
      [second, "two", real.image],
    ]);
    const { metadata, layer } = await store.get("one");
    expect(JSON.parse(metadata)).toMatchObject({ "image-id": real.image });
    expect((await store.get(layer)).id).toBe(first);
    expect(await store.check()).toEqual([]);
    expect((await store.gc({ dryRun: true })).removed).toEqual([]);

    const folders = await treeListing(path.join(real.dir, first));
    expect(folders.map((entry) => entry.path)).toContain("userdata");
    await expect(store.setBigData(first, "userdata", "x")).rejects.toMatchObject({
      code: "ERR_INVALID_BIG_DATA_NAME",
    });
    for (const { id, metadata: old } of await store.list()) {
      await store.setMetadata(id, "for a moment");
      await store.setMetadata(id, old);
    }
    expect(await readFile(file, "utf8")).toBe(before);
    expect(await treeListing(path.join(real.dir, first))).toEqual(folders);

    // podman goes on with what we have changed, and we with what it has.
    await store.setBigData("one", "note", "left by us");
    expect((await real.podman("rm", "two")).stderr).toBe("");
    expect((await store.list()).map(({ id }) => id)).toEqual([first]);
    expect(Buffer.from(await store.bigData("one", "note")).toString()).toBe("left by us");
  }
  expect((await real.podman("ps", "--all", "--format", "{{.Names}}")).stdout).toBe("one\n");
  expect((await real.podman("rm", "one")).stderr).toBe("");
  await using opened = await openSound({ dir: real.dir });
  expect(await opened.store.list()).toEqual([]);
});
