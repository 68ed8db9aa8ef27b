import { once } from "node:events";
import { createServer } from "node:http";
import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { goTo, open, openPage } from "../support/page.ts";

/** Texts that would be something else than text where they are taken for markup, links or terminal codes. */
const HOSTILE = [
  `<img src=x onerror="alert('image')">`,
  `<script>alert("script")</script>`,
  `"><svg onload=alert(1)>`,
  `javascript:alert(1)`,
  `{{constructor.constructor("alert(1)")()}}`,
  `\u202egnp.exe\u202c`,
  `\u001b[2J\u001b]0;owned\u0007`,
  `a\u0000b\u2028c`,
  `<style>*{display:none}</style>`,
  `--><!--`,
  `&lt;b&gt;`,
  "x".repeat(5000),
] as const;

export function hostileSuite(browser: () => Browser): void {
  describe("hostile names and metadata", () => {
    it("are text, wherever they are shown", async () => {
      const { page, here } = await open(browser(), {
        canWrite: true,
        at: "graph/overlay-containers",
        prepare: async (store) => {
          for (const [index, text] of HOSTILE.entries()) {
            const key = text.length < 100 ? text.replaceAll(/[/\0]/g, "_") : "long";
            await store.create({
              id: `id-${index}`,
              names: [text],
              image: text,
              layer: `${text} layer`,
              metadata: JSON.stringify({ text }),
              bigData: [{ key, data: `<!doctype html><script>alert("data")</script>${text}` }],
              flags: { [text]: text },
            });
          }
        },
      });
      await page.getByText("12 containers").first().waitFor();
      const marked = (): Promise<number> =>
        page.locator("main :is(img, script, style, iframe, object), main [onerror], main [onload]").count();
      for (const view of ["Sizes", "Graph", "Health", "Store", "Containers"] as const) {
        await goTo(page, view);
        await expect.poll(() => page.title()).toBe(`${view} · Stowage`);
        if (view === "Health") {
          await page.getByRole("button", { name: "Check the store" }).click();
          await page.getByRole("button", { name: "Check again" }).waitFor();
        }
        expect(await marked(), view).toBe(0);
      }
      for (const [index, text] of HOSTILE.entries()) {
        await page.locator(".row", { has: page.getByText(`id-${index}`, { exact: true }) }).click();
        const details = page.getByRole("region", { name: "Details of a container" });
        await details
          .locator("code", { hasText: new RegExp(`^id-${index}$`) })
          .first()
          .waitFor();
        const shown = (await details.locator("h2").textContent()) ?? "";
        // Nothing is left out, and what cannot be seen is written out.
        if (index < 5) expect(shown).toBe(text);
        if (text.startsWith("\u001b")) expect(shown).toBe("\\u001b[2J\\u001b]0;owned\\u0007");
        if (text.startsWith("\u202e")) expect(shown).toBe("\\u202egnp.exe\\u202c");
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
        await details.locator(".items a").first().click();
        await details.getByRole("button", { name: "Text", exact: true }).click();
        await expect.poll(() => details.getByLabel("Content").textContent()).toContain("<script>alert");
        await here.store.setMetadata(`id-${index}`, `${text} again`);
        await details.locator("ins").first().waitFor();
        expect(
          await page.locator(".details :is(img, script, style, iframe), .details [onerror]").count(),
        ).toBe(0);
      }
      expect(await page.title()).toBe("Containers · Stowage");
    });

    it("are no page of their own when their bytes are opened as one", async () => {
      const { here } = await open(browser(), {
        prepare: async (store) => {
          const data = "<!doctype html><title>owned</title><script>document.title = 'run'</script>";
          await store.create({ id: "one", bigData: [{ key: "page.html", data }] });
        },
      });
      const page = await openPage(browser(), here);
      const opening = page.goto(`http://127.0.0.1:${here.ui.port}/api/download?id=one&key=page.html`);
      const [download] = await Promise.all([page.waitForEvent("download"), opening.catch(() => undefined)]);
      expect(download.suggestedFilename()).toBe("page.html");
      expect(await page.title()).toBe("Containers · Stowage");
    });

    it("a foreign page cannot reach the server, frame it, or read it", async () => {
      const { here, page } = await open(browser(), {
        canWrite: true,
        prepare: async (store) => void (await store.create({ id: "one", names: ["secret-name"] })),
      });
      await page.locator(".row").first().waitFor();
      // Another origin in the same browser, with its cookies: another port of this machine is the same site.
      const server = createServer((_, response) => {
        response.setHeader("content-type", "text/html");
        response.end(`<title>foreign</title><iframe src="http://127.0.0.1:${here.ui.port}/"></iframe>`);
      }).listen(0, "127.0.0.1");
      try {
        await once(server, "listening");
        const { port } = server.address() as { readonly port: number };
        const foreign = await page.context().newPage();
        await foreign.goto(`http://127.0.0.1:${port}/`);
        const base = `http://127.0.0.1:${here.ui.port}`;
        const outcomes = await foreign.evaluate(async (target) => {
          const attempt = async (path: string, init: RequestInit): Promise<string> => {
            try {
              const response = await fetch(target + path, { credentials: "include", ...init });
              return `${response.type} ${response.status} ${(await response.text()).slice(0, 20)}`;
            } catch {
              return "failed";
            }
          };
          const form = { method: "POST", mode: "no-cors" as const, body: "{}" };
          return [
            await attempt("/api/status", {}),
            await attempt("/api/status", { mode: "no-cors" }),
            await attempt("/api/change", form),
            await attempt("/api/change", { method: "POST", headers: { "x-stowage-ui": "1" }, body: "{}" }),
          ];
        }, base);
        // What is opaque has neither status nor text for the page that asked.
        expect(outcomes.every((outcome) => outcome === "failed" || outcome.startsWith("opaque 0 "))).toBe(
          true,
        );
        const framed = foreign.frames()[1];
        expect((await framed?.content()) ?? "").not.toContain("Stowage");
        await foreign.close();
      } finally {
        server.close();
        server.closeAllConnections();
      }
    });
  });
}
