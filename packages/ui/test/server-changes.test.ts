import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { treeListing } from "@stowage/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Details, JobMessage } from "../src/protocol.ts";
import { place, type Place, type PlaceOptions } from "./support/place.ts";
import { ask, get, post, postHeaders } from "./support/raw.ts";

async function begun(options?: PlaceOptions): Promise<Place> {
  const here = await place(options);
  onTestFinished(async () => {
    expect(here.defects).toEqual([]);
    await here[Symbol.asyncDispose]();
  });
  return here;
}

const job = (text: string): JobMessage => JSON.parse(text.trim().split("\n").at(-1)!) as JobMessage;

describe("changes", () => {
  it("refuses every one of them unless it may write, and leaves the store as it is", async () => {
    const { ui, store, dir } = await begun({
      prepare: async (each) => void (await each.create({ id: "one" })),
    });
    await store.create({ id: "x" });
    await store.delete("x");
    const before = await treeListing(dir);
    const { version } = (await get(ui, "/api/container?id=one")).json as Details;
    for (const [target, body] of [
      ["/api/change", { op: "delete", id: "one", seen: version }],
      ["/api/change", { op: "names", id: "one", seen: version, names: ["x"] }],
      ["/api/repair", { codes: ["CHECK_BIG_DATA_MISSING"] }],
      ["/api/gc", { remove: true }],
      ["/api/gc", { remove: false }],
    ] as const) {
      const answer = await post(ui, target, body);
      expect([answer.status, (answer.json as { code: string }).code], target).toEqual([
        403,
        "ERR_STORE_READ_ONLY",
      ]);
    }
    expect(job((await post(ui, "/api/check", {})).text)).toMatchObject({ type: "findings", findings: [] });
    expect(await treeListing(dir)).toEqual(before);
  });

  it("makes them of what was seen only", async () => {
    const { ui, store } = await begun({
      canWrite: true,
      prepare: async (each) => void (await each.create({ id: "one" })),
    });
    const version = async (): Promise<string> =>
      ((await get(ui, "/api/container?id=one")).json as Details).version;
    const seen = await version();
    expect((await post(ui, "/api/change", { op: "names", id: "one", seen, names: ["a", "b"] })).status).toBe(
      200,
    );
    expect(
      (await post(ui, "/api/change", { op: "metadata", id: "one", seen, metadata: "late" })).status,
    ).toBe(409);
    expect((await store.get("one")).metadata).toBe("");
    await post(ui, "/api/change", { op: "metadata", id: "one", seen: await version(), metadata: "new" });
    expect(await store.get("one")).toMatchObject({ names: ["a", "b"], metadata: "new" });
    expect((await post(ui, "/api/change", { op: "delete", id: "a", seen: await version() })).status).toBe(
      404,
    );
    expect((await post(ui, "/api/change", { op: "delete", id: "one", seen: await version() })).status).toBe(
      200,
    );
    expect(await store.exists("one")).toBe(false);
  });

  it("repairs what was chosen, and removes leftovers when that is asked for", async () => {
    const { ui, store, dir } = await begun({ canWrite: true });
    await store.create({ id: "one", bigData: [{ key: "k", data: "x" }] });
    await rm(path.join(dir, "one", "k"));
    await mkdir(path.join(dir, "c".repeat(64)), { mode: 0o700 });
    const found = job((await post(ui, "/api/check", {})).text);
    expect(found).toMatchObject({
      findings: [{ repair: "gc" }, { code: "CHECK_BIG_DATA_MISSING", outcome: "left" }],
    });
    expect((await post(ui, "/api/repair", { codes: [] })).status).toBe(400);
    expect(job((await post(ui, "/api/repair", { codes: ["NO_SUCH"] })).text)).toMatchObject({
      type: "failed",
    });
    const mended = job((await post(ui, "/api/repair", { codes: ["CHECK_BIG_DATA_MISSING"] })).text);
    expect(mended).toMatchObject({ findings: [{ outcome: "left" }, { outcome: "repaired" }] });
    expect(job((await post(ui, "/api/gc", { remove: false })).text)).toMatchObject({
      dryRun: true,
      items: [{}],
    });
    expect(job((await post(ui, "/api/gc", { remove: true })).text)).toMatchObject({
      dryRun: false,
      items: [{}],
    });
    expect(job((await post(ui, "/api/check", {})).text)).toMatchObject({ findings: [] });
  });

  it("takes no body that is too large or no JSON", async () => {
    const { ui } = await begun({ canWrite: true });
    expect((await post(ui, "/api/change", { metadata: "x".repeat(3 * 1024 * 1024) })).status).toBe(413);
    for (const body of ["[", "[]", "null", "7", '"x"', ""]) {
      const answer = await ask(ui, "/api/change", { method: "POST", headers: await postHeaders(ui), body });
      expect(answer.status, body).toBe(400);
    }
  });
});
