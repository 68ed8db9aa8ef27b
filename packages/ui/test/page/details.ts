import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEMO_AT, demoId, fillDemo } from "../support/demo.ts";
import { open } from "../support/page.ts";

export function detailsSuite(browser: () => Browser): void {
  describe("a record", () => {
    it("shows everything of it, and its changes while the page is open", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await page.locator(".row", { hasText: "cache" }).click();
      const details = page.getByRole("region", { name: "Details of a container" });
      await details.getByText(demoId("cache")).first().waitFor();
      await details.getByText("gone: no such image any more").waitFor();
      await here.store.setMetadata("cache", "one");
      await here.store.setMetadata("cache", "two");
      await details.locator("ins", { hasText: "two" }).waitFor();
      await here.store.removeBigData("cache", "state.bin");
      await expect.poll(() => details.locator(".items li").count()).toBe(1);
      await here.store.delete("cache");
      await details.getByText("This container is gone.").waitFor();
      await details.getByRole("button", { name: "Close" }).click();
      await expect.poll(() => details.count()).toBe(0);
    });

    it("previews big data as text, JSON and hex, in parts", async () => {
      const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7) % 256));
      const { page } = await open(browser(), {
        prepare: async (store) => {
          const bigData = [
            { key: "config.json", data: '{"a":[1,"<b>"]}' },
            { key: "broken.json", data: '{"a":' },
            { key: "bytes", data: bytes },
          ];
          await store.create({ id: "one", names: ["web"], bigData });
        },
      });
      await page.locator(".row", { hasText: "web" }).click();
      const content = page.getByLabel("Content");
      await page.getByRole("link", { name: "config.json", exact: true }).click();
      await expect.poll(() => content.textContent()).toBe('{\n  "a": [\n    1,\n    "<b>"\n  ]\n}');
      await page.getByRole("button", { name: "Text", exact: true }).click();
      await expect.poll(() => content.textContent()).toBe('{"a":[1,"<b>"]}');
      await page.getByRole("button", { name: "Hex" }).click();
      await expect
        .poll(() => content.textContent())
        .toMatch(/^00000000 {2}7b 22 61 22 3a 5b 31 2c {2}22 3c 62 3e 22 5d 7d +\{"a":\[1,"<b>"\]\}$/);
      await page.getByRole("link", { name: "broken.json", exact: true }).click();
      await page.getByText("This is no JSON").waitFor();

      await page.getByRole("link", { name: "bytes", exact: true }).click();
      await expect.poll(() => content.getAttribute("class")).toBe("hex");
      await page.getByRole("button", { name: "Next" }).click();
      await expect.poll(() => content.textContent()).toMatch(/^00001000 {2}00 07 0e/);
      await page.getByRole("button", { name: "End" }).click();
      await expect.poll(() => content.textContent()).toMatch(/^00002000 /);
      await page.getByLabel("From byte").fill("9999");
      await page.getByLabel("From byte").press("Enter");
      await expect.poll(() => content.textContent()).toMatch(/^0000270f {2}69 +i$/);
    });

    it("downloads an item and verifies it", async () => {
      const { page, here } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await page.locator(".row", { hasText: "web-1" }).click();
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name: "Download state.bin" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("state.bin");
      const bytes = await readFile(await download.path());
      const digest = (await here.store.get("web-1")).bigDataDigests.get("state.bin");
      expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(digest);

      await page.getByRole("link", { name: "state.bin", exact: true }).click();
      await page.getByRole("button", { name: "Verify" }).click();
      await page.getByText("Intact: 310 kB have the recorded SHA-256.").waitFor();
      await writeFile(path.join(here.dir, demoId("web-1"), "state.bin"), Buffer.alloc(310_000));
      await page.getByRole("button", { name: "Verify" }).click();
      await page.getByRole("alert").getByText("is not what was stored").waitFor();
    });
  });
}
