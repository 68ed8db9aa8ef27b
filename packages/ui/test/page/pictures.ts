import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEMO_AT, fillDemo } from "../support/demo.ts";
import { goTo, open } from "../support/page.ts";

export function picturesSuite(browser: () => Browser): void {
  describe("sizes", () => {
    it("are tiles by image, then container, then item, as large as the data, and follow it", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await goTo(page, "Sizes");
      const tiles = page.locator(".tile");
      await expect.poll(() => tiles.count()).toBe(4);
      expect(await tiles.first().getAttribute("title")).toBe("docker.io/library/postgres:16: 1.54 MB, 55 %");
      const areas = await tiles.evaluateAll((all) => all.map((one) => one.clientWidth * one.clientHeight));
      const whole = areas.reduce((sum, area) => sum + area, 0);
      expect(areas[0]! / whole).toBeCloseTo(0.546, 1);
      await tiles.first().click();
      await expect.poll(() => tiles.count()).toBe(2);
      await tiles.first().click();
      await expect.poll(() => tiles.first().getAttribute("title")).toBe("state.bin: 900 kB, 100 %");
      await here.store.setBigData("db", "more", Buffer.alloc(2_000_000));
      await expect.poll(() => tiles.first().getAttribute("title")).toMatch(/^more: 2 MB/);
      await tiles.first().click();
      await page
        .getByRole("region", { name: "Details of a container" })
        .getByRole("heading", { name: "more" })
        .waitFor();
      await page
        .getByRole("navigation", { name: "Where you are" })
        .getByRole("button", { name: "All images" })
        .click();
      await expect.poll(() => tiles.count()).toBe(4);
    });

    it("sum up what is too small to be seen", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) => {
          await store.transaction(async (tx) => {
            for (let turn = 1; turn <= 100; turn += 1) {
              await tx.create({
                id: `c${turn}`,
                volatile: true,
                bigData: [{ key: "k", data: Buffer.alloc(turn) }],
              });
            }
          });
        },
      });
      await goTo(page, "Sizes");
      await page.locator(".tile", { hasText: "no image" }).click();
      await expect.poll(() => page.locator(".tile").count()).toBe(81);
      await page.locator('.tile[title^="20 smaller"]').waitFor({ state: "attached" });
    });

    it("count containers, and no items as such", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) => {
          const items = Array.from({ length: 100 }, (_, key) => ({
            key: `k${key}`,
            data: Buffer.alloc(100),
          }));
          await store.create({ id: "one", names: ["many"], bigData: items });
        },
      });
      await goTo(page, "Sizes");
      await page.locator(".tile", { hasText: "no image" }).click();
      await page.locator(".tile", { hasText: "many" }).click();
      const rest = page.locator(".tile", { hasText: "20 smaller" });
      await rest.waitFor();
      expect(await rest.textContent()).not.toContain("container");
    });
  });

  describe("the graph", () => {
    it("shows image, layer, container and marks ghosts, also one that becomes one", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await goTo(page, "Graph");
      const node = (name: RegExp) => page.getByRole("treeitem", { name });
      await node(/^cache ghost, container$/).waitFor();
      await node(/^docker\.io\/library\/nginx:1\.27 3 containers, image$/).waitFor();
      expect(await page.getByRole("treeitem").count()).toBe(4 + 7 + 7);
      await writeFile(path.join(here.folder, "graph/overlay-images/images.json"), "[]");
      await node(/^web-1 ghost, container$/).waitFor();
      await page.getByText("7 containers on what is gone: ghosts.").waitFor();
      await node(/^web-1/).click();
      await page
        .getByRole("region", { name: "Details of a container" })
        .getByText("gone: no such image any more")
        .waitFor();
    });

    it("says that nothing is known around a plain store", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) =>
          void (await store.create({ id: "one", names: ["web"], image: "img", layer: "l" })),
      });
      await goTo(page, "Graph");
      await page.getByText("lies in no containers/storage tree").waitFor();
      expect(await page.getByRole("treeitem").count()).toBe(3);
    });

    it("draws few of very many, and more when asked", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) => {
          await store.transaction(async (tx) => {
            for (let turn = 0; turn < 1000; turn += 1)
              await tx.create({ id: `c${turn}`, image: "img", volatile: true });
          });
        },
      });
      await goTo(page, "Graph");
      const nodes = page.getByRole("treeitem");
      await expect.poll(() => nodes.count()).toBe(102);
      await page.getByRole("treeitem", { name: /^900 more/ }).click();
      await expect.poll(() => nodes.count()).toBe(202);
    });
  });
}
