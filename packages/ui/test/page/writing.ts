import { mkdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { goTo, open } from "../support/page.ts";

const TERABYTE = 2 ** 40;

/** A page in which somebody is at work on the metadata of the one container. */
async function typing(browser: Browser) {
  const { page, here } = await open(browser, {
    canWrite: true,
    prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
  });
  await page.locator(".row", { hasText: "web" }).click();
  const metadata = page.getByRole("textbox", { name: "Metadata" });
  await metadata.fill("mine");
  return { page, here, metadata };
}

export function writingSuite(browser: () => Browser): void {
  describe("with --write", () => {
    it("renames, sets metadata, and deletes after a question", async () => {
      const { page, here } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).click();
      await page.getByLabel("Names, one a line").fill("www\nfront");
      await page.getByRole("button", { name: "Rename" }).click();
      await page.locator(".row", { hasText: "www, front" }).waitFor();
      await page.getByRole("textbox", { name: "Metadata" }).fill('{"tier":"front"}');
      await page.getByRole("button", { name: "Save the metadata" }).click();
      await expect.poll(async () => (await here.store.get("one")).metadata).toBe('{"tier":"front"}');
      await page.getByRole("button", { name: /^Delete the container/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
      expect(await here.store.exists("one")).toBe(true);
      await page.getByRole("button", { name: /^Delete the container/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("The store has no containers.").waitFor();
      expect(await here.store.exists("one")).toBe(false);
    });

    it("keeps what is being typed when others change the record, and overwrites nobody unseen", async () => {
      const { page, here, metadata } = await typing(browser());
      await here.store.setMetadata("one", "theirs");
      await page.locator("ins", { hasText: "theirs" }).waitFor();
      expect(await metadata.inputValue()).toBe("mine");
      await page.getByRole("button", { name: "Save the metadata" }).click();
      await page.getByRole("alert").getByText("somebody else has changed the container").waitFor();
      expect((await here.store.get("one")).metadata).toBe("theirs");
      await page.getByRole("button", { name: "Discard" }).click();
      await expect.poll(() => metadata.inputValue()).toBe("theirs");
      await page.getByRole("alert").getByText("somebody else has changed").waitFor({ state: "detached" });
      await expect.poll(() => metadata.evaluate((box) => box === document.activeElement)).toBe(true);
    });

    it("keeps a text under work, and the focus, when a question is answered with no", async () => {
      const { page, here, metadata } = await typing(browser());
      const remove = page.getByRole("button", { name: /^Delete the container/ });
      const hasFocus = (): Promise<string> =>
        page.evaluate(() => document.activeElement?.textContent?.slice(0, 20) ?? "");
      for (const answer of ["Escape", "Cancel"]) {
        await remove.click();
        await page.getByRole("dialog").waitFor();
        if (answer === "Escape") await page.keyboard.press("Escape");
        else await page.getByRole("dialog").getByRole("button", { name: answer }).click();
        await page.getByRole("dialog").waitFor({ state: "detached" });
        expect(await metadata.inputValue(), answer).toBe("mine");
        await expect.poll(hasFocus).toBe("Delete the container");
      }
      await page.getByRole("button", { name: "Save the metadata" }).click();
      await expect.poll(async () => (await here.store.get("one")).metadata).toBe("mine");
      await page.getByRole("button", { name: "Discard" }).waitFor({ state: "detached" });
      await expect.poll(hasFocus).toBe("Save the metadata");
    });

    it("gives the focus to the content when a container that was opened by its address is deleted", async () => {
      const { page } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.goto(`${page.url()}#/containers/one`);
      await page.getByRole("button", { name: /^Delete the container/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("The store has no containers.").waitFor();
      await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe("main");
    });

    it("lets nobody change a text of which a box for text would lose a part", async () => {
      const { page } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => {
          await store.create({ id: "one", names: ["web\nnot another", "more"], metadata: "kept" });
          await store.create({ id: "two", names: ["windows"], metadata: "a\r\nb" });
        },
      });
      await page.locator(".row", { hasText: "more" }).click();
      await page.getByText("A name has a line break in it").waitFor();
      expect(await page.getByRole("textbox", { name: "Metadata" }).inputValue()).toBe("kept");
      expect(await page.getByLabel("Names, one a line").count()).toBe(0);
      await page.locator(".row", { hasText: "windows" }).click();
      await page.getByText("The metadata has carriage returns").waitFor();
      expect(await page.getByLabel("Names, one a line").inputValue()).toBe("windows");
      expect(await page.getByRole("textbox", { name: "Metadata" }).count()).toBe(0);
    });

    it("repairs what is chosen, and collects garbage after a question", async () => {
      const { page, here } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => {
          await store.create({ id: "one", names: ["web"], bigData: [{ key: "k", data: "x" }] });
          await rm(path.join(store.dir, "one/k"));
          await mkdir(path.join(store.dir, "c".repeat(64)), { mode: 0o700 });
        },
      });
      await goTo(page, "Health");
      await page.getByRole("button", { name: "Check the store" }).click();
      const lost = page.locator(".findings", { hasText: "CHECK_BIG_DATA_MISSING" });
      await lost.getByText("repair would leave it").waitFor();
      await lost.getByRole("checkbox").check();
      await page.getByRole("button", { name: /^Repair what is chosen/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Repair" }).click();
      await page.getByText("Mended 1, left 1, failed 0.").waitFor();
      expect((await here.store.get("one")).bigDataNames).toEqual([]);
      await page.getByRole("button", { name: "Look for leftovers" }).click();
      await page.getByText(/^1 leftover, /).waitFor();
      await page.getByRole("button", { name: /^Remove them/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
      await page.getByText(/^1 leftover, .*: removed\.$/).waitFor();
      await page.getByRole("button", { name: "Check again" }).click();
      await page.getByText("Nothing is wrong with the store.").waitFor();
    });

    it("shows none of it without --write", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).click();
      await page.getByText("Record as it is in the file").waitFor();
      expect(await page.getByRole("button", { name: /Rename|Delete|Save/ }).count()).toBe(0);
      await goTo(page, "Health");
      await page.getByText("start stowage ui with --write").waitFor();
      expect(await page.getByRole("button", { name: /leftovers|Repair/ }).count()).toBe(0);
    });

    it("ends a check that is cancelled", async () => {
      const { page } = await open(browser(), {
        prepare: async (store) => {
          await store.create({ id: "one", names: ["web"], bigData: [{ key: "k", data: "x" }] });
          // Nothing but a hole, so large that no machine is through with it before it is cancelled.
          const records = path.join(store.dir, "containers.json");
          const text = await readFile(records, "utf8");
          await writeFile(records, text.replace('"k":1', `"k":${TERABYTE}`));
          await truncate(path.join(store.dir, "one/k"), TERABYTE);
        },
      });
      await goTo(page, "Health");
      await page.getByRole("button", { name: "Check the store" }).click();
      await page.getByRole("button", { name: "Cancel" }).click();
      await page.getByText("Cancelled.").waitFor();
      await page.getByRole("button", { name: "Check the store" }).waitFor();
    });
  });
}
