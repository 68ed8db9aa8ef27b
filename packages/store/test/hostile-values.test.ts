import { describe, expect, it } from "vitest";
import { refCalls } from "./support/calls.ts";
import { guardedPlace } from "./support/guarded-place.ts";
import { openSound } from "./support/sound.ts";

const A = "a0".repeat(32);

describe("what is no text", () => {
  const others = [
    undefined,
    null,
    1,
    1n,
    true,
    {},
    Symbol("s"),
    () => "a",
    Buffer.from("a"),
  ] as unknown as string[];

  it("is a mistake of the programmer in every call, and changes nothing", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    await store.create({ id: A, names: ["n"] });
    const before = opened.memory.counters.saves;
    for (const other of others) {
      for (const [name, call] of refCalls) {
        await expect(call(store, other), `${name}(${typeof other})`).rejects.toThrow(TypeError);
      }
      const calls: readonly (() => Promise<unknown>)[] = [
        () => store.find(other),
        () => store.exists(other),
        () => store.resolvePrefix(other),
        () => store.setNames(A, [other]),
        () => store.addNames(A, other as unknown as string[]),
        () => store.removeNames(A, [other]),
        () => store.setMetadata(A, other),
        () => store.setFlag(A, other, 1),
        () => store.clearFlag(A, other),
        () => store.bigData(A, other),
        () => store.bigDataSize(A, other),
        () => store.bigDataDigest(A, other),
        () => store.setBigData(A, other, "x"),
        () => store.create({ names: [other] }),
        () => store.create({ mountOpts: [other] }),
        () => store.create({ bigData: [{ key: other, data: "" }] }),
      ];
      for (const call of calls) await expect(call(), String(call)).rejects.toThrow(TypeError);
    }
    expect(opened.memory.counters.saves).toBe(before);
    expect((await store.list()).map(({ names }) => names)).toEqual([["n"]]);
    place.assertUntouched();
  });
});
