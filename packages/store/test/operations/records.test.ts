import { temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import type { Container } from "../../src/model/container.ts";
import { openContainerStore } from "../../src/open-store.ts";
import { openSound } from "../support/sound.ts";

it("hands out records that nobody can change, whether made or read", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const flags = { f: { deep: [1, { more: true }] } };
  const mapping = { containerId: 0, hostId: 100_000, size: 65_536 };
  const made = await sound.store.create({
    names: ["one"],
    flags,
    uidMap: [mapping],
    bigData: [{ key: "k", data: "x" }],
  });
  // What the caller handed in is his own again.
  flags.f.deep.push(2);
  mapping.hostId = 1;
  await using other = await openContainerStore({ dir: folder.path });
  for (const record of [made, await other.get("one")]) {
    expect(record.uidMap).toEqual([{ containerId: 0, hostId: 100_000, size: 65_536 }]);
    expect(record.flags.get("f")).toEqual({ deep: [1, { more: true }] });
    assertImmutable(record);
  }
  const list = await sound.store.list();
  expect(() => (list as Container[]).pop()).toThrow(TypeError);
  expect(await sound.store.list()).toBe(list);
});

function assertImmutable(record: Container): void {
  const open = record as unknown as Record<string, unknown> & {
    names: string[];
    flags: Map<string, unknown>;
  };
  expect(() => (open["metadata"] = "x")).toThrow(TypeError);
  expect(() => open.names.push("x")).toThrow(TypeError);
  expect(() => open.flags.set("x", 1)).toThrow(TypeError);
  expect(() => Map.prototype.set.call(open.flags, "x", 1)).toThrow(TypeError);
  const deep = (record.flags.get("f") as { deep: unknown[] }).deep;
  expect(() => deep.push(3)).toThrow(TypeError);
}

it("keeps a record for whoever holds it, while the store goes on", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const before = await sound.store.create({ id: "a", names: ["one"], metadata: "old" });
  const list = await sound.store.list();
  await sound.store.setMetadata("a", "new");
  await sound.store.delete("a");
  expect(before.metadata).toBe("old");
  expect(list.map(({ metadata }) => metadata)).toEqual(["old"]);
});

it("refuses values that cannot be stored, and stores nothing of them", async () => {
  await using folder = await temporaryFolder();
  await using sound = await openSound({ dir: folder.path });
  const { store } = sound;
  await store.create({ id: "a" });
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  for (const value of [undefined, Number.NaN, Infinity, 1n, () => 1, Symbol("x"), circle]) {
    await expect(store.setFlag("a", "f", value as never)).rejects.toThrow(TypeError);
    await expect(store.create({ id: "b", flags: { f: value as never } })).rejects.toThrow(TypeError);
  }
  await expect(store.setMetadata("a", 1 as never)).rejects.toThrow(TypeError);
  await expect(store.setNames("a", "name" as never)).rejects.toThrow(TypeError);
  await expect(store.get(undefined as never)).rejects.toThrow(TypeError);
  expect((await store.get("a")).flags.size).toBe(0);
  expect(await store.exists("b")).toBe(false);
});
