import { existsSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { type HeldWriteLock, openLockFile } from "@stowage/lockfile";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ContainerStore, openContainerStore } from "../src/index.ts";
import { inscribe, readInscription, type Tombstone } from "../src/model/tombstone.ts";
import { StorePaths } from "../src/persistence/paths.ts";
import { erect } from "../src/persistence/tombstone.ts";
import { fill, populate, withSmallDisk } from "./support/small-disk.ts";
import {
  assertFinished,
  idsIn,
  idsInFiles,
  killedAfter,
  TOMBSTONE,
  whileRead,
  withFolder,
} from "./support/tombstones.ts";

/** Ways to delete all but so many of the containers. */
const DELETIONS: readonly [
  string,
  number,
  (store: ContainerStore, ids: readonly string[]) => Promise<unknown>,
][] = [
  ["a wipe", 0, (store) => store.wipe()],
  ["deletions", 2, (store, ids) => Promise.all(ids.slice(2).map((id) => store.delete(id)))],
  [
    "a transaction",
    2,
    (store, ids) =>
      store.transaction(async (tx) => {
        for (const id of ids.slice(2)) await tx.delete(id);
      }),
  ],
];

describe("a deletion whose big data is gone and whose records cannot be saved", () => {
  const cases = (["kernel", "portable"] as const).flatMap((lock) =>
    DELETIONS.map((each) => ({ lock, what: each[0], kept: each[1], deletion: each[2] })),
  );

  it.for(cases)(
    "holds, and the next one with space brings it into the records: $what, $lock locks",
    async ({ lock, kept, deletion }, { skip }) => {
      await withSmallDisk(async (dir, folder) => {
        const store = await openContainerStore({ dir, lock });
        const ids = await populate(store);
        const left = ids.slice(0, kept).sort();
        const filler = await fill(folder, 0);
        await whileRead(dir, ids, async () => {
          await expect(deletion(store, ids)).rejects.toMatchObject({
            code: "ERR_NO_SPACE",
            details: { mayBeDone: true },
          });
          // Everybody of ours sees it, also who may write nothing, and reads what is left.
          expect((await store.list()).map(({ id }) => id).sort()).toEqual(left);
          expect(await idsIn({ dir, lock })).toEqual(left);
          expect(await idsIn({ dir, lock, readOnly: true })).toEqual(left);
          for (const id of left) expect((await store.bigData(id, "k")).length).toBe(16_384);
          await store.close();
          expect(await idsInFiles(dir)).toEqual([...ids].sort());
        });
        await rm(filler);
        await assertFinished(dir, left, lock);
      }, skip);
    },
  );

  it("is brought into the records by repair before anything else, also by whoever remembers it", async ({
    skip,
  }) => {
    await withSmallDisk(async (dir, folder) => {
      const store = await openContainerStore({ dir });
      const ids = await populate(store);
      const left = ids.slice(0, 2).sort();
      const filler = await fill(folder, 0);
      const codes = ["CHECK_BIG_DATA_MISSING"];
      await whileRead(dir, ids, async () => {
        const deletions = ids.slice(2).map((id) => store.delete(id));
        await expect(Promise.all(deletions)).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
        await Promise.allSettled(deletions);
        await expect(store.repair({ codes })).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
        // From here on it is remembered.
        expect((await store.list()).length).toBe(2);
        expect(await idsInFiles(dir)).toEqual([...ids].sort());
      });
      await rm(filler);
      expect(new Set((await store.repair({ codes })).steps.map(({ outcome }) => outcome))).toEqual(
        new Set(["repaired"]),
      );
      expect(await idsInFiles(dir)).toEqual(left);
      await store.close();
      await assertFinished(dir, left);
    }, skip);
  });

  it("is not begun when it is one change with others: then nothing is lost", async ({ skip }) => {
    await withSmallDisk(async (dir, folder) => {
      await using store = await openContainerStore({ dir });
      const ids = await populate(store);
      await fill(folder, 0);
      const change = store.transaction(async (tx) => {
        for (const id of ids.slice(1)) await tx.delete(id);
        await tx.setMetadata(ids[0]!, "other");
      });
      await expect(change).rejects.toMatchObject({ code: "ERR_NO_SPACE" });
      await assertFinished(dir, [...ids].sort());
    }, skip);
  });
});

describe("a tombstone that a killed writer has left", () => {
  const cases: [Pick<Tombstone, "ids" | "bearer">, string[]][] = [
    [{ ids: "all", bearer: "a" }, []],
    [{ ids: new Set(["b"]), bearer: "b" }, ["a", "c"]],
    [{ ids: new Set(["a", "c"]), bearer: "c" }, ["b"]],
  ];

  it.each(cases)("is what the next one makes of the records: %o", (deleted, left) =>
    withFolder(async (dir) => {
      await killedAfter(dir, deleted);
      expect(await idsIn({ dir, readOnly: true })).toEqual(left);
      expect(await idsInFiles(dir)).toEqual(["a", "b", "c"]);
      await assertFinished(dir, left);
      expect((await readdir(dir)).filter((name) => name.length === 1).sort()).toEqual(left);
    }),
  );

  it("is told to an open store by a new token", () =>
    withFolder(async (dir) => {
      await (await openContainerStore({ dir })).close();
      await using reader = await openContainerStore({ dir, readOnly: true });
      expect(await reader.list()).toEqual([]);
      await killedAfter(dir, { ids: new Set(["b"]), bearer: "b" });
      expect((await reader.list()).map(({ id }) => id).sort()).toEqual(["a", "c"]);
      await (await openContainerStore({ dir })).close();
      expect((await reader.list()).map(({ id }) => id).sort()).toEqual(["a", "c"]);
    }));

  it("is found by check, and finished by repair", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: new Set(["b"]), bearer: "b" });
      await using store = await openContainerStore({ dir, acceptDamage: true });
      expect((await store.check()).map(({ code }) => code)).toContain("CHECK_COMMIT_UNFINISHED");
      const { steps } = await store.repair();
      expect(steps.map(({ finding, outcome }) => [finding.code, outcome])).toEqual([
        ["CHECK_COMMIT_UNFINISHED", "repaired"],
      ]);
      await assertFinished(dir, ["a", "c"]);
    }));

  it("counts no more for a file that another program has written since: its containers stay, with their data", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: "all", bearer: "b" });
      const file = path.join(dir, "containers.json");
      await writeFile(path.join(dir, "theirs"), await readFile(file), { mode: 0o600 });
      await rename(path.join(dir, "theirs"), file);
      expect(await idsIn({ dir })).toEqual(["b", "c"]);
      await assertFinished(dir, ["b", "c"]);
    }));

  it("gives back the items of a container to which another program has added one since", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: "all", bearer: "b" });
      const file = path.join(dir, "containers.json");
      await writeFile(path.join(dir, "theirs"), await readFile(file), { mode: 0o600 });
      await rename(path.join(dir, "theirs"), file);
      await mkdir(path.join(dir, TOMBSTONE, "userdata"), { mode: 0o700 });
      await writeFile(path.join(dir, TOMBSTONE, "userdata", "before"), "before");
      await mkdir(path.join(dir, "b", "userdata"), { recursive: true, mode: 0o700 });
      await writeFile(path.join(dir, "b", "userdata", "since"), "since");
      await assertFinished(dir, ["b", "c"]);
      expect((await readdir(path.join(dir, "b", "userdata"))).sort()).toEqual(["before", "since"]);
    }));

  it("is nobody's when it says nothing: then it is left as it is, and found", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: "all", bearer: "b" });
      const names = await readdir(path.join(dir, TOMBSTONE));
      await rm(
        path.join(
          dir,
          TOMBSTONE,
          names.find((name) => name.startsWith("."))!,
        ),
      );
      await using store = await openContainerStore({ dir });
      expect((await store.list()).map(({ id }) => id)).toEqual(["b", "c", "a"]);
      expect((await store.check()).map(({ code }) => code)).toContain("CHECK_WRONG_KIND");
      await store.delete("c");
      expect(await readdir(path.join(dir, TOMBSTONE))).toContain("k");
    }));

  it("is nobody's when it has more names than any of ours: nobody waits until all are gone", () =>
    withFolder(async (dir) => {
      await (await openContainerStore({ dir })).close();
      await mkdir(path.join(dir, TOMBSTONE), { mode: 0o700 });
      const names = Array.from({ length: 10_001 }, (_, at) => `.stowage-tombstone-0000-${at}`);
      for (const name of names) writeFileSync(path.join(dir, TOMBSTONE, name), "");
      await using store = await openContainerStore({ dir });
      await store.create({ id: "b" });
      expect((await store.check()).map(({ code }) => code)).toContain("CHECK_WRONG_KIND");
      expect((await readdir(path.join(dir, TOMBSTONE))).length).toBe(names.length);
    }));

  it("leads nobody out of the store", () =>
    withFolder(async (dir) => {
      const victim = path.join(dir, "..", "victim");
      await mkdir(victim);
      await writeFile(path.join(victim, "k"), "precious");
      await killedAfter(dir, { ids: "all", bearer: "b" });
      const evil = {
        ids: new Set(["../victim", "b"]),
        bearer: "../victim",
        stable: "1:1:1",
        volatile: "1:1:1",
      };
      const file = path.join(dir, "containers.json");
      await writeFile(file, (await readFile(file, "utf8")).replace('"id":"b"', '"id":"../victim"'));
      await rm(path.join(dir, TOMBSTONE), { recursive: true });
      await mkdir(path.join(dir, TOMBSTONE), { mode: 0o700 });
      for (const name of inscribe(evil)!) await writeFile(path.join(dir, TOMBSTONE, name), "");
      await (await openContainerStore({ dir })).close();
      expect(await readdir(victim)).toEqual(["k"]);
      expect(existsSync(path.join(dir, TOMBSTONE))).toBe(false);
    }));
});

describe("a tombstone is not made", () => {
  const withLock = (lock: "kernel" | "portable", test: (dir: string, held: HeldWriteLock) => Promise<void>) =>
    withFolder(async (dir) => {
      {
        await using store = await openContainerStore({ dir, lock });
        await store.create({ id: "b", bigData: [{ key: "k", data: "b" }] });
      }
      const file = await openLockFile(path.join(dir, "containers.lock"));
      await using held = await file.lockForWriting();
      await test(dir, held);
      expect(existsSync(path.join(dir, TOMBSTONE))).toBe(false);
      expect(await readdir(path.join(dir, "b"))).toContain("k");
      await file.close();
    });

  it("by a writer that loses its lock at the last moment: the folder is somebody else's by then", () =>
    withLock("portable", async (dir, held) => {
      // Whoever takes the lock over takes that folder away first.
      const late = new Proxy(held, {
        get(_, name) {
          if (name === "assertHeld")
            return () => rmSync(held.stagingFolder!, { recursive: true, force: true });
          const value: unknown = Reflect.get(held, name, held);
          return typeof value === "function" ? (value.bind(held) as unknown) : value;
        },
      });
      await expect(erect(new StorePaths({ dir }), late, { ids: "all", bearer: "b" })).rejects.toMatchObject({
        code: "ENOENT",
      });
    }));

  it("when it would have more names than anybody reads", () =>
    withLock("kernel", async (dir, held) => {
      const ids = new Set(Array.from({ length: 5_000 }, (_, at) => String(at).padStart(64, "0")));
      expect(await erect(new StorePaths({ dir }), held, { ids, bearer: "b" })).toBe(false);
      expect(await readdir(path.join(dir, "b"))).toEqual(["k"]);
    }));

  it("when it would have more names and items than anybody reads", () =>
    withLock("kernel", async (dir, held) => {
      for (let at = 0; at < 10_000; at += 1) writeFileSync(path.join(dir, "b", `item${at}`), "");
      expect(await erect(new StorePaths({ dir }), held, { ids: "all", bearer: "b" })).toBe(false);
      expect((await readdir(path.join(dir, "b"))).length).toBe(10_001);
    }));
});

describe("what a tombstone says", () => {
  const tombstones = fc.record({
    ids: fc.oneof(
      fc.constant("all" as const),
      fc.uniqueArray(fc.string({ maxLength: 80 }), { maxLength: 40 }).map((ids) => new Set(ids)),
    ),
    bearer: fc.string(),
    stable: fc.string(),
    volatile: fc.string(),
  });

  it("is read from its names in any order, among others; and not when one is missing", () => {
    fc.assert(
      fc.property(tombstones, fc.infiniteStream(fc.nat()), fc.nat(), (tombstone, order, missing) => {
        const names = inscribe(tombstone)!;
        for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        const mixed = ["config.json", ...names, ".tmp-1"]
          .map((name) => ({ name, at: order.next().value as number }))
          .sort((one, other) => one.at - other.at)
          .map(({ name }) => name);
        expect(readInscription(mixed)).toEqual(tombstone);
        expect(readInscription(names.filter((_, at) => at !== missing % names.length))).toBeUndefined();
      }),
    );
  });
});
