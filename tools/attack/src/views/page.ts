/// <reference lib="dom" />
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { browser as browserProgram } from "@stowage/test-kit";
import { chromium, type Page } from "playwright-core";
import { program } from "./top.ts";

export interface RunningUi extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
}

/** `stowage ui` as a process of its own. */
export async function startUi(dir: string): Promise<RunningUi> {
  const child = spawn(process.execPath, [program, "--dir", dir, "ui", "--no-open"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [found] = /http:\S+/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
  });
  return {
    pid: child.pid ?? 0,
    url,
    [Symbol.asyncDispose]: async () => {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    },
  };
}

export interface OpenedPage extends AsyncDisposable {
  readonly page: Page;
  /** The browser's first process. */
  readonly pid: number;
  /** Begins to look, and then gives a function that waits for the moment at which a row had that text. */
  look(text: string): Promise<() => Promise<number>>;
}

/** The page of a `stowage ui` in a headless Chromium. */
export async function openPage(url: string): Promise<OpenedPage> {
  const { found, reason } = await browserProgram();
  if (found === undefined) throw new Error(reason);
  // Chromium's own sandbox does not start for root.
  const args = ["--no-sandbox", "--disable-gpu"];
  const server = await chromium.launchServer({ executablePath: found, args });
  const browser = await chromium.connect(server.wsEndpoint());
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const seen = new Map<string, (moment: number) => void>();
  await page.exposeFunction("stowageSeen", (text: string) => seen.get(text)?.(performance.now()));
  await page.goto(url);
  await page.locator("#rows .rows .row").first().waitFor();
  return {
    page,
    pid: server.process().pid ?? 0,
    look: async (text) => {
      const moment = new Promise<number>((resolve) => seen.set(text, resolve));
      await page.evaluate((wanted) => {
        const rows = document.querySelector("#rows .rows")!;
        const observer = new MutationObserver(() => {
          if (!rows.textContent.includes(wanted)) return;
          observer.disconnect();
          (globalThis as unknown as { stowageSeen: (text: string) => void }).stowageSeen(wanted);
        });
        observer.observe(rows, { subtree: true, childList: true, characterData: true });
      }, text);
      return () => moment;
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close();
      await server.close();
    },
  };
}
