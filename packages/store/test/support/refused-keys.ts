import { readdir } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import type { ContainerStore } from "../../src/index.ts";
import { withPlace } from "./place.ts";

const A = "a0".repeat(32);
const B = "b1".repeat(32);

export const textOf = async (store: ContainerStore, ref: string, key: string): Promise<string> =>
  Buffer.from(await store.bigData(ref, key)).toString();

/** Two keys that are in each other's way: the second is refused, and the first stays. */
export async function bothOrders(first: string, second: string): Promise<void> {
  await withPlace(async ({ open, dir }) => {
    await using opened = await open();
    const { store } = opened;
    await store.create({ id: A });
    await store.setBigData(A, first, "first");
    const before = await readdir(path.join(dir, A), { recursive: true });
    await expect(store.setBigData(A, second, "second")).rejects.toMatchObject({
      code: "ERR_INVALID_BIG_DATA_NAME",
      details: { key: second },
    });
    expect(await textOf(store, A, first)).toBe("first");
    expect(await store.bigDataNames(A)).toEqual([first]);
    expect(await readdir(path.join(dir, A), { recursive: true })).toEqual(before);
  });
}

/** Two keys that are in each other's way, in one creation and in one save: the second is refused, nobody else. */
export async function together(first: string, second: string): Promise<void> {
  await withPlace(async ({ open, dir }) => {
    await using opened = await open();
    const { store } = opened;
    const refused = { code: "ERR_INVALID_BIG_DATA_NAME", details: { key: second } };
    const items = [first, second].map((key) => ({ key, data: key }));
    await expect(store.create({ id: A, bigData: items })).rejects.toMatchObject(refused);
    expect(await readdir(dir)).not.toContain(A);
    for (let round = 0; round < 10; round += 1) {
      await store.create({ id: A });
      const outcomes = await Promise.allSettled([
        store.setMetadata(A, `${round}`),
        store.setBigData(A, first, first),
        store.setBigData(A, second, second),
      ]);
      expect(outcomes[0].status).toBe("fulfilled");
      const [failed, ...others] = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(failed?.reason).toMatchObject({ code: "ERR_INVALID_BIG_DATA_NAME" });
      expect(others).toEqual([]);
      await store.delete(A);
    }
  });
}

/** A key under which no item is stored, in any way, and nothing is left of the attempt. */
export async function refusedKey(key: string): Promise<void> {
  await withPlace(async ({ open, dir }) => {
    await using opened = await open();
    const { store } = opened;
    await store.create({ id: A });
    const refused = { code: "ERR_INVALID_BIG_DATA_NAME", details: { key } };
    await expect(store.setBigData(A, key, "x")).rejects.toMatchObject(refused);
    await expect(store.create({ id: B, bigData: [{ key, data: "x" }] })).rejects.toMatchObject(refused);
    expect(await store.exists(B)).toBe(false);
    expect((await readdir(dir)).sort()).toEqual(["containers.json", "containers.lock"]);
  });
}
