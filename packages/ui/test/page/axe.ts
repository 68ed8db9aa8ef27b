import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEMO_AT, fillDemo } from "../support/demo.ts";
import { damage } from "../support/place.ts";
import { DESKTOP, goTo, open, PHONE } from "../support/page.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
  }[];
}

/** What axe finds, as lines. */
async function findings(page: Page): Promise<readonly string[]> {
  const { violations } = await page.evaluate(async () => {
    const { axe: runner } = globalThis as unknown as { readonly axe: { run(): Promise<AxeResult> } };
    return await runner.run();
  });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

export function axeSuite(browser: () => Browser): void {
  const kinds = [
    ["light", DESKTOP],
    ["dark", DESKTOP],
    ["light", PHONE],
    ["dark", PHONE],
    // What WCAG asks for: a desktop at 400 %.
    ["light", { width: 320, height: 640 }],
  ] as const;
  describe.each(kinds)("axe, %s, %o", (scheme, size) => {
    it("finds nothing in any view, and nothing is wider than the window", async () => {
      const { page, here } = await open(browser(), {
        at: DEMO_AT,
        prepare: fillDemo,
        canWrite: true,
        scheme,
        size,
        reducedMotion: "reduce",
      });
      await page.evaluate(axe);
      const look = async (what: string): Promise<void> => {
        expect(await findings(page), what).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(overflow, `${what} is not wider`).toBeLessThanOrEqual(0);
      };
      await page.locator(".row", { hasText: "web-1" }).waitFor();
      await here.store.setMetadata("web-1", "changed");
      await page.locator(".row.flash-changed").waitFor();
      await look("containers");
      await page.locator(".row", { hasText: "web-2" }).click();
      await page.getByRole("link", { name: "config.json", exact: true }).click();
      await page.getByLabel("Content").waitFor();
      for (const summary of await page.locator(".details summary").all()) await summary.click();
      await look("details");
      await page.getByRole("button", { name: /^Delete the container/ }).click();
      await look("a question");
      await page.keyboard.press("Escape");
      await goTo(page, "Sizes");
      await page.locator(".tile").first().waitFor();
      await look("sizes");
      await goTo(page, "Graph");
      await page.getByRole("treeitem", { name: /ghost/ }).waitFor();
      await look("graph");
      await goTo(page, "Store");
      await page.getByRole("article", { name: "Lock" }).waitFor();
      await look("store");
      await goTo(page, "Containers");
      await page.getByRole("searchbox").fill("nmae=x");
      await page.locator("#search-problem").waitFor();
      await look("a wrong filter");
      await damage(here.dir);
      await page.getByText("ERR_STORE_DAMAGED").waitFor();
      await goTo(page, "Health");
      await page.getByRole("button", { name: "Check the store" }).click();
      await page.locator(".findings").first().waitFor();
      await look("health of a damaged store");
    });
  });
}
