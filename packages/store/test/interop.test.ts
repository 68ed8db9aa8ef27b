import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { temporaryFolder } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { encodeContainerText } from "../src/codec/encode-container.ts";
import type { Container, ContainerStore } from "../src/index.ts";
import { openSound } from "./support/sound.ts";
import { storageTool, type StorageTool, storageTools } from "./support/storage-tool.ts";

/** Without NUL, which no argument can hold. */
const ODD = '<b>&amp;</b> \u2028 😀 "quoted\\" \u0007\b\f é';
const KEYS = ["config.json", "MyData", "endsinA", "héllo", "x y", "__proto__"];

async function withTool(
  program: string,
  test: (tool: StorageTool, file: () => Promise<Buffer>) => Promise<void>,
): Promise<void> {
  await using folder = await temporaryFolder();
  const tool = storageTool(program, folder.path);
  await test(tool, () => readFile(path.join(tool.dir, "containers.json")));
}

const asTheToolShows = (container: Container): unknown => JSON.parse(encodeContainerText(container));

async function expectSameList(store: ContainerStore, tool: StorageTool): Promise<void> {
  const [ours, theirs] = [await store.list(), await tool.containers()];
  expect(ours.map(asTheToolShows)).toEqual(theirs);
  expect(ours.length).toBeGreaterThan(0);
}

/** Has every record encoded anew: changes each and changes it back. */
async function rewriteAll(store: ContainerStore): Promise<void> {
  for (const { id, metadata } of await store.list()) {
    await store.setMetadata(id, `${metadata} for a moment`);
    await store.setMetadata(id, metadata);
  }
}

const digest = (data: Uint8Array): string => `sha256:${createHash("sha256").update(data).digest("hex")}`;

const { tools, reason } = await storageTools();

describe.each(tools)("beside containers-storage %s", (_, program) => {
  it("saves every file that it wrote to the byte", async () => {
    await withTool(program, async (tool, file) => {
      const seen = new Set<string>();
      const compare = async (): Promise<void> => {
        const before = await file();
        seen.add(before.toString("latin1"));
        await using opened = await openSound({ dir: tool.dir });
        await rewriteAll(opened.store);
        expect((await file()).toString()).toBe(before.toString());
        await expectSameList(opened.store, tool);
      };
      const id = await tool.create("-n", "web", "-m", ODD);
      await compare();
      await tool.create("-n", ODD, "-n", "second");
      await compare();
      await tool.setData(id, "config.json", Buffer.from("{}"));
      await tool.setData("second", "MyData", Buffer.alloc(5000, 1));
      await compare();
      await tool.run("add-names", "-n", "www", "-n", "héllo", id);
      await compare();
      await tool.run("set-metadata", "-m", "{}", id);
      await tool.run("set-names", "-n", "only", "second");
      await compare();
      await tool.run("delete-container", id);
      await compare();
      expect(seen.size).toBe(6);
    });
  });

  it("is listed by it, record by record, with the data", async () => {
    await withTool(program, async (tool, file) => {
      await using opened = await openSound({ dir: tool.dir });
      const { store } = opened;
      await store.create({
        names: ["web", ODD],
        image: "i",
        layer: "l",
        metadata: ODD,
        flags: { number: 1e21, small: 1e-7, nested: { z: [null, true, "<"], a: ODD }, __proto__x: "1" },
        mountOpts: ["ro"],
        uidMap: [{ containerId: 0, hostId: 100_000, size: 65_536 }],
        gidMap: [{ containerId: 0, hostId: 100_000, size: 65_536 }],
        bigData: KEYS.map((key) => ({ key, data: `data of ${key}` })),
      });
      await store.create({ id: "short", names: ["second"] });
      await store.setBigData("second", "later", Buffer.alloc(100_000, 7));
      await expectSameList(store, tool);
      for (const key of KEYS) expect((await tool.data("web", key)).toString()).toBe(`data of ${key}`);
      expect(await tool.data("second", "later")).toEqual(Buffer.alloc(100_000, 7));
      expect((await tool.run("get-container-data-digest", "second", "later")).trim()).toBe(
        await store.bigDataDigest("second", "later"),
      );
      expect((await tool.run("get-container-data-size", "second", "later")).trim()).toBe("100000");

      // It writes ours again, and finds every byte where it would have put it itself.
      const before = await file();
      await tool.run("set-metadata", "-m", "for a moment", "web");
      await tool.run("set-metadata", "-m", ODD, "web");
      expect((await file()).toString()).toBe(before.toString());
    });
  });

  it("reads what it wrote, and sees its changes at once while open", async () => {
    await withTool(program, async (tool) => {
      await tool.run("containers");
      await using opened = await openSound({ dir: tool.dir });
      const { store } = opened;
      expect(await store.list()).toEqual([]);
      const id = await tool.create("-n", "web");
      expect((await store.get("web")).id).toBe(id);
      for (const key of KEYS) {
        const data = Buffer.from(`theirs: ${key}`);
        await tool.setData("web", key, data);
        expect(Buffer.from(await store.bigData("web", key))).toEqual(data);
        expect(await store.bigDataDigest("web", key)).toBe(digest(data));
        expect(await store.bigDataSize("web", key)).toBe(data.length);
      }
      await tool.setData("web", "MyData", Buffer.from("changed"));
      expect(Buffer.from(await store.bigData("web", "MyData")).toString()).toBe("changed");
      await tool.run("set-names", "-n", "other", id);
      expect(await store.exists("web")).toBe(false);
      expect((await store.get("other")).names).toEqual(["other"]);
      await tool.run("set-metadata", "-m", "theirs", "other");
      expect(await store.metadata("other")).toBe("theirs");

      // In turn: each sees the other's last word.
      await store.addNames("other", ["ours"]);
      await tool.run("add-names", "-n", "theirs", "ours");
      // Release 1.43 puts new names last.
      expect((await store.get("theirs")).names.toSorted()).toEqual(["other", "ours", "theirs"]);
      await expectSameList(store, tool);
      await tool.run("delete-container", "ours");
      expect(await store.list()).toEqual([]);
      await store.create({ names: ["ours"] });
      await tool.run("delete-container", "ours");
      expect(await store.exists("ours")).toBe(false);
      expect(await store.check()).toEqual([]);
    });
  });
});

if (tools.length === 0) it.skip(`beside containers-storage: ${reason}`, () => undefined);
