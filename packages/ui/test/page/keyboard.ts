import type { Browser, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { DEMO_AT, demoId, fillDemo } from "../support/demo.ts";
import { DESKTOP, goTo, open, PHONE } from "../support/page.ts";

/** Presses Tab until something with that role and name has the focus. Each stop on the way must be visible as one. */
async function tabTo(page: Page, wanted: string): Promise<void> {
  for (let stop = 0; stop < 60; stop += 1) {
    await page.keyboard.press("Tab");
    const { name, isMarked } = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const inner = element.querySelector(".node.active rect, .row.active");
      const marks = [element, ...(inner === null ? [] : [inner])].map((each) => getComputedStyle(each));
      const isMarked = marks.some(
        (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
      );
      return { name: element.getAttribute("aria-label") ?? element.textContent ?? "", isMarked };
    });
    expect(isMarked, `the focus on ${name} is seen`).toBe(true);
    if (name.startsWith(wanted)) return;
  }
  throw new Error(`Tab does not lead to ${wanted}`);
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const element = document.activeElement;
    const active = element?.getAttribute("aria-activedescendant");
    const shown = active === null || active === undefined ? element : document.getElementById(active);
    return shown?.getAttribute("aria-label") ?? shown?.getAttribute("title") ?? shown?.textContent ?? "";
  });

export function keyboardSuite(browser: () => Browser): void {
  describe("with the keyboard alone", () => {
    it("a container is found, opened, read and left", async () => {
      const { page } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await page.getByText("7 containers").first().waitFor();
      await page.keyboard.press("/");
      await page.keyboard.type("web");
      await page.getByText("3 of 7 containers").first().waitFor();
      await tabTo(page, "Containers: the arrow keys");
      await page.keyboard.press("/");
      await page.keyboard.press("ArrowDown");
      expect(await page.evaluate(() => document.activeElement?.id), "from the search into the list").toBe(
        "rows",
      );
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => focused(page)).toMatch(/^web-2/);
      await page.keyboard.press("End");
      await expect.poll(() => focused(page)).toMatch(/^web-1/);
      await page.keyboard.press("Enter");
      await page
        .getByRole("region", { name: "Details of a container" })
        .getByText(demoId("web-1"))
        .first()
        .waitFor();
      // The focus goes to the details.
      await expect.poll(() => focused(page)).toBe("web-1");
      await tabTo(page, "config.json");
      await page.keyboard.press("Enter");
      await page.getByLabel("Content").waitFor();
      await tabTo(page, "Hex");
      await page.keyboard.press("Space");
      await expect.poll(() => page.getByLabel("Content").getAttribute("class")).toBe("hex");
      await tabTo(page, "Verify");
      await page.keyboard.press("Enter");
      await page.getByText("Intact:").waitFor();
      await page.keyboard.press("Escape");
      await expect.poll(() => page.getByRole("region", { name: "Details of a container" }).count()).toBe(0);
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("rows");
    });

    it.each([DESKTOP, PHONE])("Back leads to where one came from, %o", async (size) => {
      const { page } = await open(browser(), { at: DEMO_AT, prepare: fillDemo, size });
      const details = page.getByRole("region", { name: "Details of a container" });
      // Before the containers have come, End leads nowhere.
      await page.getByText("7 containers").first().waitFor();
      await page.locator("#rows").focus();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await expect.poll(() => focused(page)).toBe("web-1");
      await page.goBack();
      await expect.poll(() => details.count()).toBe(0);
      await expect.poll(() => focused(page)).toMatch(/^web-1/);
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("rows");
      await goTo(page, "Graph");
      await page.getByRole("tree").focus();
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await details.waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
      await page.keyboard.press("Escape");
      await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("tree");
    });

    it("views, tiles and the graph are walked through", async () => {
      const { page } = await open(browser(), { at: DEMO_AT, prepare: fillDemo });
      await tabTo(page, "To the content");
      await tabTo(page, "Sizes");
      await page.keyboard.press("Enter");
      await page.locator(".tile").first().waitFor();
      await tabTo(page, "docker.io/library/postgres:16");
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => focused(page)).toMatch(/^docker\.io\/library\/nginx/);
      await page.keyboard.press("Enter");
      await expect.poll(() => focused(page)).toMatch(/^web-1: 310 kB/);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(() => focused(page)).toMatch(/^state\.bin/);
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await expect.poll(() => page.locator(".tile").count()).toBe(4);
      // Back on the tile that one came from.
      await expect.poll(() => focused(page)).toMatch(/^docker\.io\/library\/nginx/);

      await page.evaluate(() => (location.hash = "#/graph"));
      await page.getByRole("tree").waitFor();
      await page.getByRole("tree").focus();
      await page.keyboard.press("Home");
      await expect.poll(() => focused(page)).toMatch(/^docker\.io\/library\/nginx/);
      await page.keyboard.press("ArrowLeft");
      await expect.poll(() => page.getByRole("treeitem").count()).toBe(18 - 6);
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.press("ArrowRight");
      await expect.poll(() => focused(page)).toBe("web-1, container");
      await page.keyboard.press("Enter");
      await page
        .getByRole("region", { name: "Details of a container" })
        .getByText(demoId("web-1"))
        .first()
        .waitFor();
    });
  });
}
