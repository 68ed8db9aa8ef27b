import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openSound } from "../support/sound.ts";

it("commits a thousand creates that come together in a few saves", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const made = await Promise.all(
    Array.from({ length: 1_000 }, (_, at) => sound.store.create({ names: [`n${at}`] })),
  );
  expect(new Set(made.map(({ id }) => id)).size).toBe(1_000);
  expect(sound.memory.counters.saves).toBeLessThan(10);
  const onDisk = JSON.parse(await readFile(path.join(folder.path, "containers.json"), "utf8")) as {
    names: string[];
  }[];
  expect(onDisk.map(({ names }) => names[0])).toEqual(Array.from({ length: 1_000 }, (_, at) => `n${at}`));
});

it("lets each operation of a group succeed or fail by itself", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const outcomes = await Promise.allSettled([
    sound.store.create({ id: "a", names: ["one"] }),
    sound.store.create({ id: "b", names: ["one"] }),
    sound.store.create({ id: "a" }),
    sound.store.setMetadata("nobody", "x"),
    sound.store.create({ id: "c", names: ["two"], bigData: [{ key: "k", data: "x" }] }),
    sound.store.setBigData("a", "..", "x"),
    sound.store.delete("nobody"),
  ]);
  expect(
    outcomes.map((outcome) =>
      outcome.status === "fulfilled" ? "done" : (outcome.reason as { code: string }).code,
    ),
  ).toEqual([
    "done",
    "ERR_DUPLICATE_NAME",
    "ERR_DUPLICATE_ID",
    "ERR_CONTAINER_UNKNOWN",
    "done",
    // Said before the group is formed: the container was not there yet.
    "ERR_CONTAINER_UNKNOWN",
    "ERR_CONTAINER_UNKNOWN",
  ]);
  expect((await sound.store.list()).map(({ id }) => id)).toEqual(["a", "c"]);
});

it("keeps the data of a container that is made anew in the group that deletes its forerunner", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const { store } = sound;
  await store.create({ id: "a", bigData: [{ key: "old", data: "old" }] });
  for (let round = 0; round < 10; round += 1) {
    const [, made] = await Promise.all([
      store.delete("a"),
      // It may be refused when it comes before the deletion; then there is no `a` afterwards.
      store.create({ id: "a", bigData: [{ key: "new", data: `new ${round}` }] }).catch(() => undefined),
    ]);
    if (made === undefined) {
      expect(existsSync(path.join(folder.path, "a"))).toBe(false);
      await store.create({ id: "a", bigData: [{ key: "new", data: "again" }] });
    } else {
      expect(Buffer.from(await store.bigData("a", "new")).toString()).toBe(`new ${round}`);
    }
    expect(await readdir(path.join(folder.path, "a"))).toEqual(["new"]);
  }
  expect(await store.check()).toEqual([]);
});

it("finishes what is under way when it is closed, and refuses what comes after", async () => {
  await using folder = await temporaryFolder();
  const sound = await openSound({ dir: folder.path });
  const under = Array.from({ length: 20 }, (_, at) =>
    sound.store.create({ id: `c${at}`, bigData: [{ key: "k", data: "x" }] }),
  );
  const deletion = sound.store.wipe();
  const closed = sound.store.close();
  await expect(sound.store.list()).rejects.toMatchObject({ code: "ERR_STORE_CLOSED" });
  await expect(sound.store.create()).rejects.toMatchObject({ code: "ERR_STORE_CLOSED" });
  await closed;
  await deletion;
  await sound.store.close();
  const outcomes = await Promise.allSettled(under);
  await using again = await openSound({ dir: folder.path });
  const there = new Set((await again.store.list()).map(({ id }) => id));
  // Whoever was told that it is done finds it done; who was refused as closed finds nothing.
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === "rejected") {
      expect(outcome.reason).toMatchObject({ code: "ERR_STORE_CLOSED" });
      expect(there.has(`c${at}`)).toBe(false);
    }
  }
  expect(await again.store.check()).toEqual([]);
});
