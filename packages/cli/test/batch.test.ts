import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

import { describe, expect, it } from "vitest";

import { bench } from "./support/program.ts";
import type { Bench } from "./support/program.ts";
import { holdLock } from "./support/hold-lock.ts";

interface Reply {
  readonly ok: boolean;
  readonly value?: unknown;
  readonly error?: string;
  readonly message?: string;
  readonly errno?: string;
}

async function batch(place: Bench, ...requests: readonly unknown[]): Promise<readonly Reply[]> {
  const input = requests
    .map((request) => (typeof request === "string" ? request : JSON.stringify(request)))
    .join("\n");
  const result = await place.runWith({ input }, "batch");
  expect(result).toMatchObject({ code: 0, stderr: "" });
  return result.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Reply);
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("batch", () => {
  it("does everything the protocol has, in order", async () => {
    await using place = await bench();
    const replies = await batch(
      place,
      {
        op: "create",
        id: "one",
        names: ["web", "www", "web"],
        image: "i",
        layer: "l",
        metadata: "<m>",
        flags: { a: 1e21, b: [null, -0] },
        mountOpts: ["ro"],
        uidmap: [{ container_id: 0, host_id: 1000, size: 10 }],
        bigData: [{ key: "k", base64: base64("data") }],
      },
      { op: "create", id: "two", volatile: true },
      { op: "exists", id: "web" },
      { op: "exists", id: "nobody" },
      { op: "lookup", name: "www" },
      { op: "truncGet", prefix: "o" },
      { op: "metadata", id: "one" },
      { op: "setMetadata", id: "one", metadata: "new" },
      { op: "addNames", id: "two", names: ["web"] },
      { op: "setNames", id: "two", names: ["b", "a"] },
      { op: "removeNames", id: "two", names: ["b"] },
      { op: "setFlag", id: "two", flag: "__proto__", value: { x: 1 } },
      { op: "clearFlag", id: "one", flag: "a" },
      { op: "setBigData", id: "one", key: "other", base64: base64("") },
      { op: "bigData", id: "one", key: "k" },
      { op: "bigDataSize", id: "one", key: "other" },
      { op: "bigDataDigest", id: "one", key: "other" },
      { op: "bigDataNames", id: "one" },
      { op: "bigDataNames", id: "two" },
      { op: "gc" },
      { op: "get", id: "two" },
      { op: "list" },
      { op: "delete", id: "one" },
      { op: "wipe" },
      { op: "list" },
    );
    const nothing = { ok: true, value: null };
    const created = expect.stringMatching(/^\d{4}-/) as string;
    const two = { id: "two", image: "", layer: "", created, names: ["a"], volatileStore: true };
    expect(replies.slice(1)).toEqual([
      {
        ok: true,
        value: { id: "two", image: "", layer: "", created, flags: { Volatile: true }, volatileStore: true },
      },
      { ok: true, value: true },
      { ok: true, value: false },
      { ok: true, value: "one" },
      { ok: true, value: "one" },
      { ok: true, value: "<m>" },
      ...Array.from({ length: 7 }, () => nothing),
      { ok: true, value: base64("data") },
      { ok: true, value: 0 },
      { ok: true, value: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
      { ok: true, value: ["k", "other"] },
      { ok: true, value: [] },
      nothing,
      { ok: true, value: { ...two, flags: JSON.parse('{"Volatile":true,"__proto__":{"x":1}}') as unknown } },
      {
        ok: true,
        value: [expect.objectContaining({ id: "one", metadata: "new" }), expect.objectContaining(two)],
      },
      nothing,
      nothing,
      { ok: true, value: [] },
    ]);
    expect(replies[0]).toMatchObject({
      value: {
        names: ["web", "www"],
        uidmap: [{ container_id: 0, host_id: 1000, size: 10 }],
        flags: { a: 1e21, MountOpts: ["ro"] },
        volatileStore: false,
      },
    });
  });

  it("shows the store's own record, byte for byte", async () => {
    await using place = await bench();
    const result = await place.runWith(
      { input: '{"op":"create","metadata":"<&>\\u2028","flags":{"n":1e21}}\n{"op":"list"}\n' },
      "batch",
    );
    const record = readFileSync(path.join(place.dir, "containers.json"), "utf8").slice(1, -2);
    const shown = `${record},"volatileStore":false}`;
    expect(result.stdout).toBe(`{"ok":true,"value":${shown}}\n{"ok":true,"value":[${shown}]}\n`);
  });

  it("answers a bad line and goes on", async () => {
    await using place = await bench();
    const replies = await batch(
      place,
      "{",
      "",
      "   ",
      "[]",
      { op: "fly" },
      { op: "get", id: 7 },
      { op: "setBigData", id: "one", key: "k", base64: "no base64!" },
      { op: "get", id: "nobody" },
      { op: "create", id: "../x" },
      { op: "create", id: "one" },
      { op: "create", id: "one" },
      { op: "bigData", id: "one", key: "" },
      { op: "bigData", id: "one", key: "missing" },
      { op: "bigDataSize", id: "one", key: "missing" },
      { op: "truncGet", prefix: "" },
      { op: "truncGet", prefix: "x" },
      { op: "exists", id: "one" },
    );
    expect(
      replies.map(({ ok, error, errno }) => (ok ? "ok" : errno === undefined ? error : `${error} ${errno}`)),
    ).toEqual([
      "ERR_BAD_REQUEST",
      "ERR_BAD_REQUEST",
      "ERR_BAD_REQUEST",
      "ERR_BAD_REQUEST",
      "ERR_BAD_REQUEST",
      "ERR_CONTAINER_UNKNOWN",
      "ERR_INVALID_ID",
      "ok",
      "ERR_DUPLICATE_ID",
      "ERR_INVALID_BIG_DATA_NAME",
      "ERR_BIG_DATA_NOT_FOUND ENOENT",
      "ERR_SIZE_UNKNOWN",
      "ERR_EMPTY_PREFIX",
      "ERR_PREFIX_NOT_FOUND",
      "ok",
    ]);
  });

  it("replies to each request before the next one is written", async () => {
    await using place = await bench();
    const child = await place.start("batch");
    for (let turn = 0; turn < 3; turn += 1) {
      child.stdin.write(`{"op":"create","id":"c${turn}"}\n`);
      const [reply] = (await once(child.stdout, "data")) as [Buffer];
      expect(JSON.parse(reply.toString())).toMatchObject({ ok: true, value: { id: `c${turn}` } });
    }
    child.stdin.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("holds thousands of replies back for a slow reader, and loses none", async () => {
    await using place = await bench();
    await batch(place, { op: "create", id: "one", metadata: "m".repeat(10_000) });
    const child = await place.start("batch");
    const requests = 1000;
    child.stdin.end('{"op":"get","id":"one"}\n'.repeat(requests));
    await new Promise((resolve) => setTimeout(resolve, 300));
    let text = "";
    for await (const chunk of child.stdout) text += String(chunk);
    const replies = text.trimEnd().split("\n");
    expect(replies).toHaveLength(requests);
    expect(new Set(replies).size).toBe(1);
  });

  it("gives one reply and exit code 3 when the store cannot be opened", async () => {
    await using place = await bench();
    mkdirSync(place.dir, { mode: 0o700 });
    writeFileSync(path.join(place.dir, "containers.json"), "[null", { mode: 0o600 });
    const input = '{"op":"list"}\n{"op":"list"}\n';
    const damaged = await place.runWith({ input }, "batch");
    expect(damaged).toMatchObject({ code: 3, stderr: "" });
    expect(damaged.stdout.split("\n")).toHaveLength(2);
    expect(JSON.parse(damaged.stdout)).toMatchObject({ ok: false, error: "ERR_STORE_DAMAGED" });
  });

  it("tells of a lock that others keep in the reply, and goes on when it is free", async () => {
    await using place = await bench();
    await batch(place, { op: "create", id: "one" });
    const child = await place.start("batch", "--lock-timeout", "50");
    child.stdin.write('{"op":"exists","id":"one"}\n');
    expect(String((await once(child.stdout, "data"))[0])).toBe('{"ok":true,"value":true}\n');
    {
      await using _ = await holdLock(place.dir);
      child.stdin.write('{"op":"setMetadata","id":"one","metadata":"x"}\n');
      const reply = JSON.parse(String((await once(child.stdout, "data"))[0])) as Reply;
      expect(reply).toMatchObject({ ok: false, error: "ERR_LOCK_TIMEOUT" });
    }
    child.stdin.end('{"op":"metadata","id":"one"}\n');
    expect(String((await once(child.stdout, "data"))[0])).toBe('{"ok":true,"value":""}\n');
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
