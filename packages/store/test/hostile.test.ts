import { readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { goString } from "../src/codec/go-string.ts";
import { outcome, refCalls } from "./support/calls.ts";
import { guardedPlace } from "./support/guarded-place.ts";
import { type HostileText, hostileTexts } from "./support/hostile-texts.ts";
import { openSound } from "./support/sound.ts";

const A = "a0".repeat(32);
const WHEN = "2025-03-04T05:06:07.089123456Z";

const named = hostileTexts.map((hostile) => {
  const { text } = hostile;
  return [goString(text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text), hostile] as const;
});

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

describe("the empty text", () => {
  it("is nobody's id, is a name, a layer and a flag like any other, and is no key", async () => {
    await using place = await guardedPlace();
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    await store.create({ id: A, layer: "l", bigData: [{ key: "k", data: "v" }] });
    for (const [name, call] of refCalls)
      expect(await outcome(call(store, "")), name).toBe("ERR_CONTAINER_UNKNOWN");
    expect(await store.exists("")).toBe(false);
    expect(await outcome(store.resolvePrefix(""))).toBe("ERR_EMPTY_PREFIX");
    for (const call of ["bigData", "bigDataSize", "bigDataDigest"] as const) {
      expect(await outcome(store[call](A, ""))).toBe("ERR_INVALID_BIG_DATA_NAME");
    }
    expect(await outcome(store.setBigData(A, "", "x"))).toBe("ERR_INVALID_BIG_DATA_NAME");
    expect(await outcome(store.create({ bigData: [{ key: "", data: "x" }] }))).toBe(
      "ERR_INVALID_BIG_DATA_NAME",
    );
    const made = await store.create({ id: "", names: [""], flags: { "": "" } });
    expect(made.id).toMatch(/^[0-9a-f]{64}$/);
    expect((await store.get("")).id).toBe(made.id);
    expect((await store.setNames("", [])).names).toEqual([]);
    // It has no layer, and so is still found.
    expect((await store.clearFlag("", "")).flags.size).toBe(0);
    await store.delete("");
    expect((await store.list()).map(({ id }) => id)).toEqual([A]);
    place.assertUntouched();
  });

  it("lying in a file as an id leads to no folder", async () => {
    await using place = await guardedPlace();
    const record = `{"id":"","names":["v"],"image":"","layer":"l","big-data-names":[""],"created":"${WHEN}"}`;
    await writeFile(
      path.join(place.dir, "containers.json"),
      `[${record},{"id":"${A}","image":"","layer":"","created":"${WHEN}"}]`,
    );
    await using opened = await openSound({ dir: place.dir });
    const { store } = opened;
    await store.setBigData(A, "k", "kept");
    for (const [name, call] of refCalls) {
      const result = await outcome(call(store, name === "delete" ? "l" : ""));
      expect(["done", "ERR_INVALID_ID", "ERR_SIZE_UNKNOWN", "ERR_DIGEST_UNKNOWN"], name).toContain(result);
      place.assertUntouched();
    }
    expect((await store.list()).map(({ id }) => id)).toEqual([A]);
    expect(Buffer.from(await store.bigData(A, "k")).toString()).toBe("kept");
  });
});
