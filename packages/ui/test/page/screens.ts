import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import type { Browser, Page } from "playwright-core";
import { describe, it } from "vitest";
import { DEMO_AT, demoId, fillDemo } from "../support/demo.ts";
import { goTo, open, PHONE } from "../support/page.ts";

/** Rewritten only when that is asked for, so that a run of the tests leaves the clone as it is. */
const isAsked = process.env["STOWAGE_SCREENS"] === "1";
const folder = path.join(repositoryRoot, "docs/pictures");

async function keep(page: Page, name: string): Promise<void> {
  if (!isAsked) return;
  // The folder of a test has another name each time.
  await page.evaluate(() => {
    for (const element of document.querySelectorAll(".where bdi")) {
      element.textContent = "/home/you/.local/share/containers/storage/overlay-containers";
    }
  });
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `ui-${name}.png`) });
}

export function screensSuite(browser: () => Browser): void {
  describe("screens for the documents", () => {
    it("are taken of each view (STOWAGE_SCREENS=1 keeps them in docs/pictures)", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo, canWrite: true });
      await page.locator(".row", { hasText: "web-1" }).waitFor();
      await page.locator(".row", { hasText: "docker.io/library/nginx" }).first().waitFor();
      await here.store.setMetadata("db", "changed");
      await page.locator(".flash-changed").waitFor();
      await keep(page, "containers");
      await page.locator(".row", { hasText: "login" }).click();
      await page.getByRole("link", { name: "config.json", exact: true }).click();
      await page.getByLabel("Content").waitFor();
      await keep(page, "details");
      await goTo(page, "Sizes");
      await page.locator(".tile").first().waitFor();
      await keep(page, "sizes");
      await goTo(page, "Graph");
      await page.getByRole("treeitem", { name: /ghost/ }).waitFor();
      await keep(page, "graph");
      await rm(path.join(here.dir, demoId("cache"), "state.bin"));
      await goTo(page, "Health");
      await page.getByRole("button", { name: "Check the store" }).click();
      await page.locator(".findings").first().waitFor();
      await keep(page, "health");
    });

    it("are taken in the dark and on a phone", async () => {
      const { page } = await open(browser(), { at: DEMO_AT, prepare: fillDemo, scheme: "dark", size: PHONE });
      await page.locator(".row", { hasText: "web-1" }).waitFor();
      await keep(page, "phone");
    });
  });
}
