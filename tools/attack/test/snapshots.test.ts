import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Container, encodeContainerText, openContainerStore, type Snapshot } from "@stowage/store";
import { report, seededRandom, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { Child } from "../src/child.ts";
import { nothingSaid, readSaid } from "../src/kill/changes.ts";

const texts = (containers: readonly Container[]): string[] => containers.map(encodeContainerText);

it("snapshots outlive the writer who is killed, and one taken after it has all that was acknowledged", async (context) => {
  const random = seededRandom(5);
  await using folder = await temporaryFolder();
  const dir = path.join(folder.path, "store");
  await using store = await openContainerStore({ dir });
  const kept: { snapshot: Snapshot; was: string[] }[] = [];
  const unread: Snapshot[] = [];
  const take = async (): Promise<void> => {
    const snapshot = await store.snapshot();
    kept.push({ snapshot, was: texts(snapshot.list()) });
    unread.push(await store.snapshot());
  };
  let said = nothingSaid;
  const kills = 8;
  for (let kill = 0; kill < kills; kill += 1) {
    const writer = await Child.start(
      "kill/writer.ts",
      dir,
      "kernel",
      "killed",
      String(said.acknowledged + 1),
    );
    for (let each = 0; each < 5; each += 1) {
      await take();
      await pause(random.integer(40));
    }
    said = readSaid(await writer.kill(), said);
    await take();

    const { snapshot, was } = kept.at(-1)!;
    await using fresh = await openContainerStore({ dir });
    expect(texts(await fresh.list())).toEqual(was);
    // Not by `exists`, which takes the beginning of another id, too.
    const isThere = (change: number): boolean => snapshot.find(`killed-${change}`)?.id === `killed-${change}`;
    // What the kill met halfway may be done: then the next writer goes on behind it.
    if (isThere(said.begun)) said = { ...said, acknowledged: said.begun };
    for (let change = 2; change <= said.acknowledged; change += 3) {
      if (!said.deleting.has(change)) expect(isThere(change)).toBe(true);
      if (said.deleted.has(change)) expect(isThere(change)).toBe(false);
    }
  }
  const figures = { kills, acknowledged: said.acknowledged, snapshots: kept.length + unread.length };
  report(context, "attack snapshots", figures, random.seed);
  expect(new Set(kept.map(({ was }) => was.join("\n"))).size).toBeGreaterThan(8);
  for (const { snapshot, was } of kept) {
    expect(texts(snapshot.list())).toEqual(was);
    for (const container of snapshot) expect(snapshot.get(container.id)).toBe(container);
  }
  // Decoded only now, long after the file that it was read from was replaced.
  for (const snapshot of unread) expect(texts(snapshot.list())).toHaveLength(snapshot.size);
});
