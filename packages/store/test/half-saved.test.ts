import { appendFile, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { mountExt4 } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { makeImmutable } from "./support/immutable-file.ts";
import { fill, populate, withSmallDisk } from "./support/small-disk.ts";
import { assertFinished, idsIn, idsInFiles } from "./support/tombstones.ts";

const STABLE = "containers.json";
const VOLATILE = "volatile-containers.json";

/** Copies of the stable file, then of the volatile one. */
async function copiesIn(dir: string): Promise<string[]> {
  const names = (await readdir(dir)).filter((name) => name.includes(".stowage-backup-")).sort();
  return await Promise.all(names.map((name) => readFile(path.join(dir, name), "utf8")));
}

describe("a save that replaces one file of records, and is refused the other", () => {
  it("leaves the one as repair mended it, and the copies of both", async ({ skip }) => {
    await withSmallDisk(
      async (dir) => {
        const [stable, volatile] = [path.join(dir, STABLE), path.join(dir, VOLATILE)];
        {
          await using store = await openContainerStore({ dir });
          for (const id of ["a", "b", "c"])
            await store.create({ id, volatile: id === "c", bigData: [{ key: "k", data: id }] });
        }
        for (const file of [stable, volatile]) await appendFile(file, "x");
        const broken = [await readFile(stable, "utf8"), await readFile(volatile, "utf8")];
        await using store = await openContainerStore({ dir, acceptDamage: true });
        {
          const refusal = await makeImmutable(volatile);
          if (refusal.found === undefined) return skip(refusal.reason);
          await using _ = refusal.found;
          await expect(store.repair()).rejects.toMatchObject({
            message: expect.stringContaining(`only a part of the files appeared: ${stable}`) as string,
            details: { errno: "EPERM" },
          });
        }
        const records = JSON.parse(await readFile(stable, "utf8")) as { id: string }[];
        expect(records.map(({ id }) => id)).toEqual(["a", "b"]);
        expect(await copiesIn(dir)).toEqual(broken);
        expect(await readFile(volatile, "utf8")).toBe(broken[1]);
        await store.repair();
        expect(await copiesIn(dir)).toEqual([broken[0], broken[1], broken[1]]);
        expect(await store.check({ data: true })).toEqual([]);
        expect(await idsIn({ dir })).toEqual(["a", "b", "c"]);
      },
      skip,
      mountExt4,
    );
  });

  it("brings no container back that a tombstone calls deleted", async ({ skip }) => {
    await withSmallDisk(
      async (dir, folder) => {
        const store = await openContainerStore({ dir });
        const ids = await populate(store);
        const left = ids.slice(12).sort();
        const filler = await fill(folder, 0);
        {
          const refusal = await makeImmutable(path.join(dir, VOLATILE));
          if (refusal.found === undefined) return skip(refusal.reason);
          await using _ = refusal.found;
          const deletion = store.transaction(async (tx) => {
            for (const id of ids.slice(0, 12)) await tx.delete(id);
          });
          await expect(deletion).rejects.toMatchObject({ details: { errno: "EPERM", mayBeDone: true } });
          // The stable file was written again, without them.
          expect(await idsInFiles(dir)).toHaveLength(left.length + 3);
          expect(await idsIn({ dir, readOnly: true })).toEqual(left);
        }
        await store.close();
        await rm(filler);
        await assertFinished(dir, left);
      },
      skip,
      mountExt4,
    );
  });
});
