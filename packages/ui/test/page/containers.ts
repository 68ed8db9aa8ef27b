import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEMO_AT, fillDemo } from "../support/demo.ts";
import { open } from "../support/page.ts";

const namesIn = (page: Page): Promise<string[]> => page.locator(".rows .row .name").allTextContents();
const search = (page: Page) => page.getByRole("searchbox", { name: "Search" });

export function containersSuite(browser: () => Browser): void {
  describe("the list", () => {
    it("shows what is there, sorts it, and finds it as one types", async () => {
      const { page } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await page.getByText("7 containers").first().waitFor();
      // The newest first.
      await expect
        .poll(() => namesIn(page))
        .toEqual(["cache", "login", "db-replica", "db", "web-3", "web-2", "web-1"]);
      await page.getByRole("button", { name: "Names" }).click();
      await expect
        .poll(() => namesIn(page))
        .toEqual(["cache", "db", "db-replica", "login", "web-1", "web-2", "web-3"]);
      await page.getByRole("button", { name: "Data" }).click();
      await page.getByRole("button", { name: "Data" }).click();
      await expect
        .poll(() => namesIn(page))
        .toEqual(["db", "db-replica", "login", "web-1", "web-2", "cache", "web-3"]);
      await search(page).fill("postgres rep");
      await expect.poll(() => namesIn(page)).toEqual(["db-replica"]);
      await page.getByText("1 of 7 containers").first().waitFor();
    });

    it("takes the filter language, and says what is wrong with a filter", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await search(page).fill("name=^web-[12]$");
      await expect.poll(() => namesIn(page)).toEqual(["web-2", "web-1"]);
      await search(page).fill("name!=^web metadata=name=db");
      await expect.poll(() => namesIn(page)).toEqual(["db"]);
      await search(page).fill("nmae=x");
      await page.getByRole("alert").getByText("there is no filter").waitFor();
      // What the last right filter gave stays, and stays live.
      await here.store.setNames("db", ["db", "still-live"]);
      await expect.poll(() => namesIn(page)).toEqual(["db, still-live"]);
      await search(page).fill("name!=zz ".repeat(33));
      await page.getByRole("alert").getByText("at most 32 filters").waitFor();
      await search(page).fill("name=^new");
      await page.getByText("No container fits.").waitFor();
      await here.store.create({ names: ["new-1"] });
      await expect.poll(() => namesIn(page)).toEqual(["new-1"]);
      await search(page).fill("");
      await expect.poll(() => namesIn(page)).toHaveLength(8);
    });

    it("scrolls 10,000 containers with few elements, and follows a thousand changes a second", async () => {
      const { page, here } = await open(browser(), {
        prepare: async (store) => {
          await store.transaction(async (tx) => {
            for (let turn = 0; turn < 10_000; turn += 1) {
              const number = String(turn).padStart(5, "0");
              await tx.create({ id: `id-${number}`, names: [`name-${number}`], volatile: true });
            }
          });
        },
      });
      await page.getByText("10,000 containers").first().waitFor();
      await page.getByRole("button", { name: "Names" }).click();
      await page.locator(".row", { hasText: "name-00000" }).waitFor();
      const elements = (): Promise<number> => page.locator("*").count();
      expect(await elements()).toBeLessThan(1500);
      // Every window on the way down is drawn, and the last one is the end.
      const drawn = await page.evaluate(async () => {
        const scroller = document.getElementById("rows")!;
        const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
        let most = 0;
        let empty = 0;
        for (let step = 0; step <= 60; step += 1) {
          scroller.scrollTop = (scroller.scrollHeight * step) / 60;
          await frame();
          await frame();
          const rows = scroller.querySelectorAll(".row").length;
          most = Math.max(most, rows);
          if (rows < 10) empty += 1;
        }
        return { most, empty };
      });
      expect(drawn.empty).toBe(0);
      expect(drawn.most).toBeLessThan(80);
      await page.locator(".row", { hasText: "name-09999" }).waitFor();

      const messages = await page.evaluate(() => performance.getEntriesByType("resource").length);
      for (let round = 0; round < 10; round += 1) {
        await here.store.transaction(async (tx) => {
          for (let turn = 0; turn < 100; turn += 1) {
            await tx.setNames(`id-0${9000 + turn}`, [`name-z${round}-${turn}`]);
          }
        });
      }
      await search(page).fill("name-z9-");
      await page.getByText("100 of 10,000 containers").first().waitFor();
      expect(await elements()).toBeLessThan(1500);
      // All of it came by the one feed that was open.
      expect(await page.evaluate(() => performance.getEntriesByType("resource").length)).toBeLessThan(
        messages + 20,
      );
    });
  });
}
