import { describe, expect, it } from "vitest";
import { exported } from "../support/archives.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { openSound } from "../support/sound.ts";

const COUNT = 200;

describe("an import of many containers", () => {
  it("saves them together, and those before a place where the archive was cut off come in", async () => {
    await using folder = await quickFolder();
    await using from = await openSound({ dir: `${folder.path}/from` });
    await Promise.all(
      Array.from({ length: COUNT }, (_, number) =>
        from.store.create({ id: `c${String(number).padStart(3, "0")}`, bigData: [{ key: "k", data: "v" }] }),
      ),
    );
    const { bytes } = await exported(from.store);

    await using to = await openSound({ dir: `${folder.path}/to` });
    const { steps } = await to.store.import([bytes]);
    expect(steps.every(({ outcome }) => outcome === "created")).toBe(true);
    expect(to.store.statistics().saves).toBeLessThanOrEqual(Math.ceil(COUNT / 64));
    expect(await to.store.list()).toHaveLength(COUNT);

    const cut = bytes.indexOf("data/101/1\0");
    await using part = await openSound({ dir: `${folder.path}/part` });
    await expect(part.store.import([bytes.subarray(0, cut)])).rejects.toMatchObject({
      code: "ERR_ARCHIVE_DAMAGED",
    });
    expect(await part.store.list()).toHaveLength(100);
    const again = await part.store.import([bytes]);
    expect(again.steps.filter(({ outcome }) => outcome === "unchanged")).toHaveLength(100);
  });

  it("brings nothing more in once it is aborted, and leaves nothing behind", async () => {
    await using folder = await quickFolder();
    await using from = await openSound({ dir: `${folder.path}/from` });
    for (const id of ["a", "b", "c"]) await from.store.create({ id, bigData: [{ key: "k", data: "v" }] });
    const { bytes } = await exported(from.store);
    await using to = await openSound({ dir: `${folder.path}/to` });
    const ending = new AbortController();
    const importing = to.store.import([bytes], {
      signal: ending.signal,
      onProgress: ({ containers }) => {
        if (containers === 2) ending.abort(new Error("enough"));
      },
    });
    await expect(importing).rejects.toThrow("enough");
    expect(await to.store.list()).toEqual([]);
    expect((await to.store.gc({ minAge: 0, dryRun: true })).removed).toEqual([]);
  });
});
