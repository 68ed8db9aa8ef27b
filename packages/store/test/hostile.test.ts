import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { goString } from "../src/codec/go-string.ts";
import { type ContainerStore, StowageError } from "../src/index.ts";
import { guardedPlace } from "./support/guarded-place.ts";
import { type HostileText, hostileTexts } from "./support/hostile-texts.ts";
import { openSound } from "./support/sound.ts";

const A = "a0".repeat(32);
const WHEN = "2025-03-04T05:06:07.089123456Z";

const named = hostileTexts.map((hostile) => {
  const { text } = hostile;
  return [goString(text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text), hostile] as const;
});

/** The code of a failure, "done" for none; anything that is no error of the family goes through. */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "done";
  } catch (error) {
    if (error instanceof StowageError) return error.code;
    throw error;
  }
}

type Call = (store: ContainerStore, ref: string) => Promise<unknown>;

/** Every operation that takes a reference, none of which changes what the others find. */
const refCalls: readonly (readonly [string, Call])[] = [
  ["get", (store, ref) => store.get(ref)],
  ["lookup", (store, ref) => store.lookup(ref)],
  ["setNames", (store, ref) => store.setNames(ref, ["a name"])],
  ["addNames", (store, ref) => store.addNames(ref, ["a name"])],
  ["removeNames", (store, ref) => store.removeNames(ref, ["a name"])],
  ["metadata", (store, ref) => store.metadata(ref)],
  ["setMetadata", (store, ref) => store.setMetadata(ref, "m")],
  ["setFlag", (store, ref) => store.setFlag(ref, "f", 1)],
  ["clearFlag", (store, ref) => store.clearFlag(ref, "f")],
  ["bigDataNames", (store, ref) => store.bigDataNames(ref)],
  ["bigData", (store, ref) => store.bigData(ref, "k")],
  ["bigDataSize", (store, ref) => store.bigDataSize(ref, "k")],
  ["bigDataDigest", (store, ref) => store.bigDataDigest(ref, "k")],
  ["setBigData", (store, ref) => store.setBigData(ref, "k", "data")],
  ["delete", (store, ref) => store.delete(ref)],
];

describe.each(named)("%s, given by the caller", (_, { text, mayBeId, mayBeKey }) => {
  const kept = text.toWellFormed();

  it("as an id", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    const work = outcome(store.create({ id: text, layer: "l", bigData: [{ key: "k", data: "v" }] }));
    expect(await work).toBe(mayBeId ? "done" : "ERR_INVALID_ID");
    if (mayBeId) {
      expect((await store.get(text)).id).toBe(kept);
      expect(Buffer.from(await store.bigData(text, "k")).toString()).toBe("v");
      expect(await outcome(store.create({ id: text }))).toBe("ERR_DUPLICATE_ID");
      await store.delete(text);
    }
    expect(await store.list()).toEqual([]);
    expect((await readdir(place.dir)).filter((name) => !name.startsWith("containers."))).toEqual([]);
    place.assertUntouched();
  });

  it("as a reference that nobody has", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    await store.create({ id: A, layer: "l", bigData: [{ key: "k", data: "v" }] });
    for (const [name, call] of refCalls)
      expect(await outcome(call(store, text)), name).toBe("ERR_CONTAINER_UNKNOWN");
    expect(await store.find(text)).toBe(undefined);
    expect(await store.exists(text)).toBe(false);
    expect(await outcome(store.resolvePrefix(text))).toBe("ERR_PREFIX_NOT_FOUND");
    place.assertUntouched();
  });

  it("as a name, a layer, an image, metadata and a flag", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    const flags = new Map([[text, text]]);
    await store.create({
      id: A,
      names: [text],
      image: text,
      layer: text,
      metadata: text,
      flags,
      mountOpts: [text],
    });
    await store.setFlag(text, text, { [text]: [text] });
    const { names, image, layer, metadata, flags: stored } = await store.get(text);
    expect([names, image, layer, metadata]).toEqual([[kept], kept, kept, kept]);
    expect(stored.get("MountOpts")).toEqual([kept]);
    const value = stored.get(kept) as Record<string, unknown>;
    expect(Object.getOwnPropertyNames(value)).toEqual([kept]);
    expect(Object.getPrototypeOf(value)).toBe(null);
    expect((await store.setNames(text, [text, text, "other"])).names).toEqual([kept, "other"]);
    expect(await outcome(store.create({ names: [text] }))).toBe("ERR_DUPLICATE_NAME");
    expect((await store.removeNames("other", [text])).names).toEqual(["other"]);
    expect((await store.addNames("other", [text])).names).toEqual([kept, "other"]);
    await opened.assertSound();
    expect((await store.clearFlag(text, text)).flags.has(kept)).toBe(false);
    await store.delete(text);
    expect(Object.prototype).not.toHaveProperty(["polluted"]);
    place.assertUntouched();
  });

  it("as the key of an item", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    await store.create({ id: A });
    const expected = mayBeKey ? "done" : "ERR_INVALID_BIG_DATA_NAME";
    expect(await outcome(store.bigDataSize(A, text))).toBe("ERR_SIZE_UNKNOWN");
    expect(await outcome(store.bigDataDigest(A, text))).toBe("ERR_DIGEST_UNKNOWN");
    expect(await outcome(store.setBigData(A, text, "set"))).toBe(expected);
    expect(await outcome(store.create({ id: "b", bigData: [{ key: text, data: "made" }] }))).toBe(expected);
    if (mayBeKey) {
      expect(Buffer.from(await store.bigData(A, text)).toString()).toBe("set");
      expect(Buffer.from(await store.bigData("b", text)).toString()).toBe("made");
      expect(await store.bigDataNames(A)).toEqual([kept]);
      expect(await store.bigDataSize(A, text)).toBe(3);
    } else {
      expect(await store.exists("b")).toBe(false);
      expect(await store.bigDataNames(A)).toEqual([]);
      expect(["ERR_INVALID_BIG_DATA_NAME", "ERR_BIG_DATA_NOT_FOUND"]).toContain(
        await outcome(store.bigData(A, text)),
      );
    }
    await opened.assertSound();
    await store.wipe();
    expect((await readdir(place.dir)).filter((name) => !name.startsWith("containers."))).toEqual([]);
    place.assertUntouched();
  });
});

function fileWith({ text }: HostileText): string {
  const value = goString(text);
  const item = `"big-data-names":[${value}],"big-data-sizes":{${value}:1},"big-data-digests":{${value}:${value}}`;
  const rest = `"metadata":${value},${item},"created":"${WHEN}","flags":{${value}:${value}}`;
  return `[{"id":"${A}","image":"","layer":"l2","created":"${WHEN}"},{"id":${value},"names":["v",${value}],"image":${value},"layer":${value},${rest}}]`;
}

describe.each(named)("%s, lying in a file", (_, hostile) => {
  const { text, mayBeId } = hostile;

  it.each(["containers.json", "volatile-containers.json"])("%s", async (file) => {
    for (const ref of file === "containers.json" ? [text.toWellFormed(), "v"] : ["v"]) {
      await using place = await guardedPlace();
      await writeFile(path.join(place.dir, file), fileWith(hostile));
      await using opened = await openSound({ dir: place.dir });
      const { store } = opened;
      const { id } = await store.get(ref);
      for (const [name, call] of refCalls) {
        if (name === "setNames") continue;
        const result = await outcome(call(store, id));
        const allowed = name.startsWith("setBigData")
          ? [mayBeId ? "done" : "ERR_INVALID_ID"]
          : name.startsWith("bigData") && name !== "bigDataNames"
            ? ["ERR_INVALID_ID", "ERR_BIG_DATA_NOT_FOUND", "ERR_SIZE_UNKNOWN", "ERR_DIGEST_UNKNOWN"]
            : ["done"];
        expect(allowed, `${name}: ${result}`).toContain(result);
        place.assertUntouched();
      }
      // It was deleted last, and nothing but its own folder went.
      expect((await store.list()).map((container) => container.id)).toEqual([A]);
      expect(await outcome(store.gc())).toBe("done");
      place.assertUntouched();
    }
  });

  it("is looked at, collected and wiped", async () => {
    await using place = await guardedPlace();
    await writeFile(path.join(place.dir, "containers.json"), fileWith(hostile));
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    for (const key of [text, "k"]) {
      for (const call of ["bigData", "bigDataSize", "bigDataDigest"] as const) {
        expect(await outcome(store[call]("v", key))).not.toBe("ERR_IO");
        place.assertUntouched();
      }
      expect(["done", "ERR_INVALID_ID", "ERR_INVALID_BIG_DATA_NAME"]).toContain(
        await outcome(store.setBigData("v", key, "x")),
      );
      place.assertUntouched();
    }
    await store.check();
    await outcome(store.gc());
    expect(await store.wipe()).toBe(2);
    place.assertUntouched();
    expect((await readdir(place.dir)).filter((name) => !name.startsWith("containers."))).toEqual([]);
  });
});

describe("what is no text", () => {
  const others = [
    undefined,
    null,
    1,
    1n,
    true,
    {},
    [],
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
        () =>
          store
            .addNames(A, other as unknown as string[])
            .then((done) => (Array.isArray(other) ? Promise.reject(new TypeError()) : done)),
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
    // Adding no names at all is no mistake, and is saved.
    expect(opened.memory.counters.saves).toBeLessThanOrEqual(before + 1);
    expect((await store.list()).map(({ names }) => names)).toEqual([["n"]]);
    place.assertUntouched();
  });
});
