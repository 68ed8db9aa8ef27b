import { browser as browserProgram } from "@stowage/test-kit";
import { type Browser, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { place, type Place, type PlaceOptions } from "./place.ts";

/** One browser for all tests; `reason` when there is none. */
export interface TestBrowser {
  readonly browser: Browser | undefined;
  readonly reason: string | undefined;
}

export async function startBrowser(): Promise<TestBrowser> {
  const { found, reason } = await browserProgram();
  if (found === undefined) return { browser: undefined, reason };
  // Chromium's own sandbox does not start for root.
  const args = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--font-render-hinting=none"];
  return { browser: await chromium.launch({ executablePath: found, args }), reason: undefined };
}

export const DESKTOP = { width: 1200, height: 800 } as const;
export const PHONE = { width: 360, height: 740 } as const;

export interface OpenOptions extends PlaceOptions {
  readonly size?: { readonly width: number; readonly height: number };
  readonly scheme?: "light" | "dark";
  readonly reducedMotion?: "reduce";
}

/** A place, and the page of it in the browser. Nothing may go wrong unseen: the test fails for it at its end. */
export interface Opened {
  readonly here: Place;
  readonly page: Page;
}

export async function open(browser: Browser, options: OpenOptions = {}): Promise<Opened> {
  const here = await place(options);
  const page = await openPage(browser, here, options);
  onTestFinished(async () => {
    await page.context().close();
    await here[Symbol.asyncDispose]();
    expect(here.defects).toEqual([]);
  });
  return { here, page };
}

/** Opens the page of a server, and looks that nothing is wrong in it: no error, no dialog, nothing that the policy refused. */
export async function openPage(
  browser: Browser,
  { ui }: Pick<Place, "ui">,
  options: OpenOptions = {},
): Promise<Page> {
  const { size = DESKTOP, scheme = "light", reducedMotion } = options;
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    acceptDownloads: true,
    locale: "en-GB",
    timezoneId: "UTC",
    ...(reducedMotion === undefined ? {} : { reducedMotion }),
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const wrong: string[] = [];
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) =>
      console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`),
    );
  });
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    wrong.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // What the server refuses or cannot do is told in the page; the browser says it here, too.
    const isAnswer =
      /^Failed to load resource/.test(message.text()) || message.text().includes("ERR_INCOMPLETE_CHUNKED");
    if (message.type() === "error" && !isAnswer) wrong.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(`http://127.0.0.1:${ui.port}/`)) wrong.push(`outside: ${request.url()}`);
  });
  onTestFinished(() => expect(wrong).toEqual([]));
  await page.goto(ui.url);
  expect(page.url()).toBe(`http://127.0.0.1:${ui.port}/`);
  await page.locator(".connection.live").waitFor();
  return page;
}

/** Shows a view. */
export async function goTo(
  page: Page,
  view: "Containers" | "Sizes" | "Graph" | "Health" | "Store",
): Promise<void> {
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: view }).click();
}
