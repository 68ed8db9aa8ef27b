import { createHash } from "node:crypto";
import { once } from "node:events";
import { rename, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Details, type JobMessage, LONGEST_SEARCH, type RowChange } from "../src/protocol.ts";
import { type FeedClient, type FeedMessage, feedOf } from "./support/events.ts";
import { damage, place, type Place, type PlaceOptions } from "./support/place.ts";
import { get, post } from "./support/raw.ts";

async function begun(options?: PlaceOptions): Promise<Place> {
  const here = await place(options);
  onTestFinished(async () => {
    expect(here.defects).toEqual([]);
    await here[Symbol.asyncDispose]();
  });
  return here;
}

async function feed({ ui }: Place, query?: string): Promise<FeedClient> {
  const client = await feedOf(ui, query);
  onTestFinished(() => client[Symbol.asyncDispose]());
  return client;
}

const isWhole = ({ name }: FeedMessage): boolean => name === "whole";
const changesIn = (messages: readonly FeedMessage[]): readonly RowChange[] =>
  messages.flatMap((message) => (message.name === "rows" ? message.data.changes : []));
const job = (text: string): JobMessage => JSON.parse(text.trim().split("\n").at(-1)!) as JobMessage;

describe("the feed", () => {
  it("begins with what is there, and tells of changes with the fields that differ", async () => {
    const here = await begun({
      prepare: async (store) => void (await store.create({ id: "a", names: ["one"] })),
    });
    const client = await feed(here);
    const begin = await client.until(isWhole);
    expect(begin.map(({ name }) => name).filter((name) => name !== "state")).toEqual([
      "begin",
      "rows",
      "whole",
    ]);
    expect(changesIn(begin)).toMatchObject([
      { type: "created", row: { id: "a", names: ["one"], items: 0, bytes: 0 } },
    ]);

    await here.store.setMetadata("a", "<b>text</b>");
    expect(changesIn(await client.until(isWhole))).toMatchObject([
      {
        type: "changed",
        row: { id: "a" },
        fields: [{ field: "metadata", before: "", after: "<b>text</b>" }],
      },
    ]);
    await here.store.delete("a");
    expect(changesIn(await client.until(isWhole))).toEqual([{ type: "removed", id: "a", isGone: true }]);
  });

  it("tells what fits the filter, by the store's own language, and what ceases to fit", async () => {
    const here = await begun({
      prepare: async (store) => {
        await store.create({ id: "a", names: ["web-1"] });
        await store.create({ id: "b", names: ["db"] });
      },
    });
    const client = await feed(here, "?filter=name%3D%5Eweb");
    const begin = await client.until(isWhole);
    expect(changesIn(begin)).toMatchObject([{ row: { id: "a" } }]);
    await here.store.setNames("b", ["web-2"]);
    expect(changesIn(await client.until(isWhole))).toMatchObject([{ type: "created", row: { id: "b" } }]);
    await here.store.setNames("a", ["other"]);
    expect(changesIn(await client.until(isWhole))).toEqual([{ type: "removed", id: "a", isGone: false }]);
  });

  it("refuses a wrong filter, and says why", async () => {
    const client = await feed(await begun(), "?filter=nmae%3Dx");
    const messages = await client.until(({ name }) => name === "refused");
    expect(messages.at(-1)!.data).toMatchObject({ code: "ERR_UNKNOWN_FILTER" });
    await expect(client.next()).rejects.toThrow("the feed has ended");
  });

  it("takes the longest search, and refuses in the feed what is longer, as all that is wrong with a filter", async () => {
    const here = await begun();
    const asked = (filters: readonly string[]): string =>
      `?${new URLSearchParams(filters.map((filter) => ["filter", filter])).toString()}`;
    const longest = "metadata=".padEnd(LONGEST_SEARCH, "語");
    await (await feed(here, asked([longest]))).until(isWhole);
    for (const filters of [[`${longest}x`], Array.from({ length: 33 }, () => "name=x")]) {
      const messages = await (await feed(here, asked(filters))).until(({ name }) => name === "refused");
      expect(messages.at(-1)!.data).toMatchObject({ code: "ERR_INVALID_FILTER" });
    }
  });

  it("sums up thousands of changes for a client that is slow, and keeps nothing of them", async () => {
    const here = await begun({
      prepare: async (store) => void (await store.create({ id: "a", volatile: true })),
    });
    const client = await feed(here);
    await client.until(isWhole);
    for (let turn = 0; turn < 1000; turn += 1) await here.store.setMetadata("a", `turn ${turn}`);
    const last = (message: FeedMessage): boolean =>
      changesIn([message]).some(
        (change) => change.type === "changed" && change.fields[0]?.after === "turn 999",
      );
    const messages = await client.until(last);
    expect(changesIn(messages).length).toBeLessThan(300);
  });

  it("gives a large store in parts", async () => {
    const here = await begun({
      prepare: async (store) => {
        await store.transaction(async (tx) => {
          for (let turn = 0; turn < 3000; turn += 1) await tx.create({ id: `c${turn}`, volatile: true });
        });
      },
    });
    const messages = await (await feed(here)).until(isWhole);
    expect(changesIn(messages)).toHaveLength(3000);
    expect(messages.filter(({ name }) => name === "rows").length).toBeGreaterThan(5);
  });

  it("tells of a store that goes and comes back, and of one that is damaged", async () => {
    const here = await begun({ prepare: async (store) => void (await store.create({ id: "a" })) });
    const client = await feed(here);
    await client.until(isWhole);
    const state = async (is: string): Promise<FeedMessage["data"]> =>
      (await client.until((message) => message.name === "state" && message.data.is === is)).at(-1)!.data;
    await rename(here.dir, `${here.dir}-away`);
    expect(await state("unavailable")).toMatchObject({ problem: { code: "ERR_STORE_NOT_FOUND" }, total: 1 });
    await rename(`${here.dir}-away`, here.dir);
    expect(await state("readable")).toMatchObject({ total: 1 });
    await damage(here.dir);
    expect(await state("unavailable")).toMatchObject({ problem: { code: "ERR_STORE_DAMAGED" } });
    expect((await get(here.ui, "/api/container?id=a")).status).toBe(503);
    expect(job((await post(here.ui, "/api/check", {})).text)).toMatchObject({
      type: "findings",
      findings: expect.arrayContaining([expect.objectContaining({ severity: "damage" })]) as unknown,
    });
  });

  it("goes on, and lets others in, however many connections somebody holds who has no token", async () => {
    const here = await begun({ prepare: async (store) => void (await store.create({ id: "a" })) });
    const client = await feed(here);
    await client.until(isWhole);
    for (let each = 0; each < 300; each += 1) {
      const stranger = connect(here.ui.port, "127.0.0.1");
      onTestFinished(() => void stranger.destroy());
      // It is not waited for: the server may close it.
      stranger.on("error", () => undefined);
      await once(stranger, "connect");
      stranger.write("GET / HTTP/1.1\r\n");
    }
    expect((await get(here.ui, "/api/container?id=a")).status).toBe(200);
    await here.store.delete("a");
    expect(changesIn(await client.until(isWhole))).toMatchObject([{ type: "removed", id: "a" }]);
  });

  it("looks only so many at a time", async () => {
    const here = await begun();
    for (let turn = 0; turn < 16; turn += 1) await (await feed(here)).next();
    expect((await get(here.ui, "/api/events")).status).toBe(503);
  });
});

describe("records and big data", () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  const prepared = (): Promise<Place> =>
    begun({
      prepare: async (store) => {
        await store.create({
          id: "one",
          names: ["web"],
          metadata: '{"a":1}',
          bigData: [{ key: 'k/ü "x".bin', data: bytes }],
        });
        await store.create({ id: "two", names: ["on"] });
      },
    });
  const key = encodeURIComponent('k/ü "x".bin');

  it("shows a whole record, and takes nothing but the id for it", async () => {
    const { ui } = await prepared();
    const details = (await get(ui, "/api/container?id=one")).json as Details;
    expect(details).toMatchObject({ id: "one", names: ["web"], metadata: '{"a":1}', missing: [] });
    expect(details.metadataCut).toBeUndefined();
    expect(JSON.parse(details.record)).toMatchObject({ id: "one" });
    // A name, and a prefix.
    expect((await get(ui, "/api/container?id=web")).status).toBe(404);
    expect((await get(ui, "/api/container?id=tw")).status).toBe(404);
    expect((await get(ui, "/api/container")).status).toBe(400);
  });

  it("gives ranges of an item, and no more at once than is bounded", async () => {
    const { ui } = await prepared();
    const range = (start: unknown, end: unknown) =>
      get(ui, `/api/data?id=one&key=${key}&start=${start}&end=${end}`);
    expect((await range(16, 20)).bytes).toEqual(bytes.subarray(16, 20));
    expect((await range(250, 1000)).bytes).toEqual(bytes.subarray(250));
    for (const [start, end] of [
      [0, 2 ** 21],
      [5, 4],
      [-1, 4],
      ["x", 4],
      [0, "1e3"],
    ]) {
      expect((await range(start, end)).status).toBe(400);
    }
    expect((await get(ui, "/api/data?id=one&key=../containers.json&start=0&end=9")).status).toBe(404);
  });

  it("downloads an item under a harmless name", async () => {
    const { ui } = await prepared();
    const answer = await get(ui, `/api/download?id=one&key=${key}`);
    expect(answer.bytes).toEqual(bytes);
    expect(answer.headers["content-disposition"]).toBe(
      `attachment; filename="___x_.bin"; filename*=UTF-8''%C3%BC%20%22x%22.bin`,
    );
  });

  it("verifies an item, and tells of one that was changed", async () => {
    const { ui, dir, store } = await prepared();
    await store.setBigData("two", "plain", "content");
    const verified = job((await post(ui, "/api/verify?id=two&key=plain", {})).text);
    const digest = `sha256:${createHash("sha256").update("content").digest("hex")}`;
    expect(verified).toEqual({ type: "verified", digest, bytes: 7 });
    await writeFile(path.join(dir, "two", "plain"), "changed");
    expect(job((await post(ui, "/api/verify?id=two&key=plain", {})).text)).toMatchObject({
      type: "failed",
      problem: { code: "ERR_BIG_DATA_MISMATCH" },
    });
  });

  it("says who has the lock, and that a plain store has no images", async () => {
    const { ui, dir } = await prepared();
    expect((await get(ui, "/api/status")).json).toMatchObject({
      dir,
      canWrite: false,
      lock: { holders: [] },
    });
    expect((await get(ui, "/api/surroundings")).json).toMatchObject({
      missing: {},
      problems: [{ code: "ERR_IMAGES_UNAVAILABLE" }],
    });
  });
});
