import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { peer, runProcess } from "@stowage/test-kit";
import type { Browser } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { feedOf } from "../support/events.ts";
import { damage, place } from "../support/place.ts";
import { goTo, open } from "../support/page.ts";

const { found: programs, reason } = peer();

export function liveSuite(browser: () => Browser): void {
  describe("live", () => {
    it("marks what is made, changed and removed", async () => {
      const { page, here } = await open(browser());
      await page.getByText("The store has no containers.").waitFor();
      await here.store.create({ id: "one", names: ["web"] });
      await page.locator(".row.flash-created", { hasText: "web" }).waitFor();
      await here.store.setNames("one", ["www"]);
      await page.locator(".row.flash-changed", { hasText: "www" }).waitFor();
      await page.locator(".row:not(.flash)", { hasText: "www" }).waitFor();
      await here.store.delete("one");
      await page.locator(".row.flash-removed", { hasText: "www" }).waitFor();
      await page.getByText("The store has no containers.").waitFor();
      await goTo(page, "Store");
      const log = page.getByRole("article", { name: "Changes" }).getByRole("listitem");
      await expect.poll(() => log.count()).toBe(3);
    });

    it.skipIf(reason !== undefined)(
      `shows what containers-storage does${reason === undefined ? "" : `: ${reason}`}`,
      async () => {
        const { page, here } = await open(browser(), { at: "root/vfs-containers" });
        const places = [
          "-s",
          "vfs",
          "-g",
          path.join(here.folder, "root"),
          "-R",
          path.join(here.folder, "run"),
        ];
        const real = async (...args: string[]): Promise<string> => {
          const { code, stdout, stderr } = await runProcess(programs!.containersStorage, [
            ...places,
            ...args,
          ]);
          expect([code, stderr]).toEqual([0, ""]);
          return stdout;
        };
        const id = (await real("create-container", "-n", "theirs", "-m", "meta", "")).split("\n")[0]!;
        await page.locator(".row", { hasText: "theirs" }).click();
        await page
          .getByRole("region", { name: "Details of a container" })
          .getByText(id, { exact: true })
          .waitFor();
        await real("set-names", "-n", "renamed", id);
        await page.locator(".row", { hasText: "renamed" }).waitFor();
        const details = page.getByRole("region", { name: "Details of a container" });
        await details.locator("ins", { hasText: "renamed" }).waitFor();
        await real("delete-container", id);
        await details.getByText("This container is gone.").waitFor();
      },
    );

    it("sums up two thousand changes: few drawings, and in the end what the store has", async () => {
      const { page, here } = await open(browser(), {
        prepare: (store) =>
          store.transaction(async (tx) => {
            for (let each = 0; each < 50; each += 1)
              await tx.create({ id: `c${each}`, names: [`name-${each}`] });
          }),
      });
      await page.getByText("50 containers").first().waitFor();
      await page.evaluate(() => {
        const counts = Object.assign(globalThis, { drawings: 0 });
        const rows = document.querySelector("#rows")!;
        const all = { subtree: true, childList: true, characterData: true, attributes: true };
        new MutationObserver(() => (counts.drawings += 1)).observe(rows, all);
      });
      const [turns, others] = [40, 50];
      for (let turn = 1; turn <= turns; turn += 1) {
        const renamed = Array.from({ length: others - 1 }, (_, each) =>
          here.store.setNames(`c${each}`, [`name-${each}-${turn}`]),
        );
        await Promise.all([...renamed, here.store.create({ id: `new${turn}`, volatile: true })]);
      }
      await here.store.delete("c0");
      await page.getByText("89 containers").first().waitFor();
      await page.getByLabel("Search").fill(`name- -${turns}`);
      await page
        .getByText(`${others - 2} of 89 containers`)
        .first()
        .waitFor();
      const drawings = await page.evaluate(() => (globalThis as unknown as { drawings: number }).drawings);
      expect(drawings).toBeGreaterThan(0);
      expect(drawings).toBeLessThan((turns * others) / 2);
    });

    it("goes on when the store is gone and comes back", async () => {
      const { page, here } = await open(browser(), {
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).waitFor();
      await rename(here.dir, `${here.dir}-away`);
      await page.getByText("The store cannot be read:").waitFor();
      // What was seen last stays.
      expect(await page.locator(".row", { hasText: "web" }).count()).toBe(1);
      await rename(`${here.dir}-away`, here.dir);
      await page.getByText("The store cannot be read:").waitFor({ state: "detached" });
      await here.store.setNames("one", ["back"]);
      await page.locator(".row", { hasText: "back" }).waitFor();
    });

    it("makes no other store where one was that it may change, nor takes none for a whole one", async () => {
      const { page, here } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).waitFor();
      await rename(here.dir, `${here.dir}-away`);
      await page.getByText("The store cannot be read:").waitFor();
      await goTo(page, "Graph");
      const asked = page.waitForResponse((response) => response.url().endsWith("/api/surroundings"));
      expect((await asked).status()).toBe(503);
      await goTo(page, "Health");
      await page.getByRole("button", { name: "Check the store" }).click();
      await page.getByRole("region", { name: "Health" }).getByText("there is no store at").waitFor();
      expect(existsSync(here.dir)).toBe(false);
      await rename(`${here.dir}-away`, here.dir);
      await page.getByText("The store cannot be read:").waitFor({ state: "detached" });
      await goTo(page, "Containers");
      await page.locator(".row", { hasText: "web" }).waitFor();
    });

    it("says what a damaged store is, checks it, and repairs it where it may", async () => {
      const { page, here } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).waitFor();
      await damage(here.dir);
      await page.getByText("ERR_STORE_DAMAGED").waitFor();
      await page.getByRole("link", { name: "Check", exact: true }).click();
      await page.getByRole("button", { name: "Check the store" }).click();
      const findings = page.locator(".findings");
      await findings.first().waitFor();
      for (const box of await page.getByRole("checkbox").all()) await box.check();
      await page.getByRole("button", { name: /^Repair what is chosen/ }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Repair" }).click();
      await page.getByText(/^Mended [1-9]/).waitFor();
      await page.getByText("ERR_STORE_DAMAGED").waitFor({ state: "detached" });
    });

    it("shows the record that was opened while the store was damaged, when it is whole again", async () => {
      const { page, here } = await open(browser(), {
        prepare: async (store) =>
          void (await store.create({ id: "one", names: ["web"], bigData: [{ key: "k", data: "content" }] })),
      });
      await page.locator(".row", { hasText: "web" }).waitFor();
      const records = path.join(here.dir, "containers.json");
      const whole = await readFile(records);
      await damage(here.dir);
      await page.getByText("ERR_STORE_DAMAGED").waitFor();
      await page.locator(".row", { hasText: "web" }).click();
      const details = page.getByRole("region", { name: "Details of a container" });
      await details.getByRole("alert").waitFor();
      await writeFile(records, whole);
      await writeFile(path.join(here.dir, "containers.lock"), "the third token".padEnd(64, "."));
      await writeFile(records, whole);
      await page.getByText("ERR_STORE_DAMAGED").waitFor({ state: "detached" });
      await details.getByText("Record as it is in the file").waitFor();
      expect(await details.getByRole("alert").count()).toBe(0);
    });

    it("begins with a store that is damaged already", async () => {
      const { page } = await open(browser(), { prepare: async (store) => damage(store.dir) });
      await page.getByText("ERR_STORE_DAMAGED").waitFor();
      await page.getByText("stowage repair").waitFor();
    });

    it("says that the server is gone, and goes on with another state when it is back", async () => {
      const { page, here } = await open(browser(), {
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).waitFor();
      const { port } = here.ui;
      await here.ui.close();
      await page.getByText("The server does not answer").waitFor();
      // Another server at its place knows nothing of this browser.
      const other = await place({ port });
      onTestFinished(() => other[Symbol.asyncDispose]());
      await page.getByText("Another server answers here").waitFor();
      // In another tab the new address is opened, and this one is come back to.
      const second = await page.context().newPage();
      await second.goto(other.ui.url);
      await other.store.create({ id: "two", names: ["theirs"] });
      await page.evaluate(() => dispatchEvent(new Event("focus")));
      await page.locator(".row", { hasText: "theirs" }).waitFor();
      expect(await page.getByText("Another server answers here").count()).toBe(0);
    });

    it("wakes up: after a silence it asks for everything anew, and tells what has changed meanwhile", async () => {
      const { page, here } = await open(browser(), {
        prepare: async (store) => void (await store.create({ id: "one", names: ["web"] })),
      });
      await page.locator(".row", { hasText: "web" }).click();
      // A machine that sleeps: its clock goes on, and nothing is connected.
      await page.evaluate(() => {
        const now = Date.now.bind(Date);
        Date.now = () => now() + 60_000;
        const awake = EventSource;
        Object.assign(globalThis, {
          awake,
          EventSource: class extends awake {
            constructor() {
              super("/nowhere");
            }
          },
        });
      });
      await page.getByText("The server does not answer").waitFor();
      await here.store.setNames("one", ["while-asleep"]);
      await using server = await feedOf(here.ui);
      await server.until(
        ({ name, data }) => name === "rows" && JSON.stringify(data).includes("while-asleep"),
      );
      await page.evaluate(() =>
        Object.assign(globalThis, { EventSource: (globalThis as unknown as { awake: unknown }).awake }),
      );
      await page.locator(".row.flash-changed", { hasText: "while-asleep" }).waitFor();
      await page
        .getByRole("region", { name: "Details of a container" })
        .getByText("changed while not connected")
        .waitFor();
    });
  });
}
