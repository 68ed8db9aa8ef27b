import { channel } from "node:diagnostics_channel";
import { setTimeout } from "node:timers/promises";
import { openLockFile } from "@stowage/lockfile";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { encodeContainerText, type LoadMessage, openContainerStore, type SaveMessage } from "../src/index.ts";

it("counts what was loaded, decoded, saved, encoded and grouped", async () => {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  await using other = await openContainerStore({ dir: folder.path });
  expect(store.statistics()).toMatchObject({ records: 0, bytes: 0, saves: 0, changes: 0 });
  const made = await Promise.all(Array.from({ length: 20 }, (_, at) => store.create({ names: [`n${at}`] })));
  const text = JSON.stringify(made.map((container) => JSON.parse(encodeContainerText(container)) as unknown));
  const bytes = Buffer.byteLength(text);
  const first = store.statistics();
  expect(first).toMatchObject({ records: 20, bytes, recordsEncoded: 20, changes: 20, waits: 0 });
  expect(first.bytesEncoded).toBe(bytes - 2 - 19);
  expect(first.groupedChanges).toBeGreaterThan(0);
  expect(first.saves).toBeLessThan(20);

  await store.setMetadata("n7", "one more");
  expect(store.statistics()).toMatchObject({ saves: first.saves + 1, recordsEncoded: 21, changes: 21 });
  expect(store.statistics().groupedChanges).toBe(first.groupedChanges);

  await other.setMetadata("n8", "theirs");
  await store.list();
  await store.list();
  expect(store.statistics()).toMatchObject({
    loads: first.loads + 1,
    incrementalLoads: first.incrementalLoads + 1,
    recordsDecoded: first.recordsDecoded + 1,
  });
  // A snapshot does not go on.
  expect(first).toMatchObject({ changes: 20, recordsEncoded: 20 });
  expect(Object.isFrozen(first)).toBe(true);
});

it("counts no change that failed", async () => {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  await store.create({ names: ["web"] });
  await expect(store.create({ names: ["web"] })).rejects.toMatchObject({ code: "ERR_DUPLICATE_NAME" });
  expect(store.statistics()).toMatchObject({ changes: 1, groupedChanges: 0, saves: 1 });
});

it("counts a change that had to wait for the lock", async () => {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  await using lock = await openLockFile(path.join(folder.path, "containers.lock"));
  const held = await lock.lockForReading();
  const creating = store.create();
  while (store.statistics().waits === 0) await setTimeout(1);
  await held.release();
  await creating;
  expect(store.statistics()).toMatchObject({ waits: 1, changes: 1 });
});

it("publishes loads and saves to those who subscribed", async () => {
  await using folder = await temporaryFolder();
  await using store = await openContainerStore({ dir: folder.path });
  await using other = await openContainerStore({ dir: folder.path });
  const { id } = await store.create();
  const heard: unknown[] = [];
  const listen = (message: unknown): void => {
    if ((message as LoadMessage | SaveMessage).dir === folder.path) heard.push(message);
  };
  const channels = ["load", "save", "wait"].map((name) => channel(`stowage:store:${name}`));
  const milliseconds = expect.any(Number) as number;
  for (const each of channels) each.subscribe(listen);
  try {
    const changed = await store.setMetadata(id, "x");
    await other.list();
    const { length } = Buffer.from(encodeContainerText(changed));
    expect(heard).toEqual([
      { dir: folder.path, recordsEncoded: 1, bytesEncoded: length, bytes: length + 2, milliseconds },
      { dir: folder.path, incremental: false, recordsDecoded: 1, milliseconds },
    ]);
    await using lock = await openLockFile(path.join(folder.path, "containers.lock"));
    const held = await lock.lockForWriting();
    heard.length = 0;
    const changing = store.setMetadata(id, "y");
    while (store.statistics().waits === 0) await setTimeout(1);
    await held.release();
    await changing;
    expect(heard[0]).toEqual({ dir: folder.path, milliseconds });
  } finally {
    for (const each of channels) each.unsubscribe(listen);
  }
});
