import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { bundledChild, repositoryRoot } from "@stowage/test-kit";
import { openPage, startUi } from "./page.ts";
import { type FilledStore, filledStore, percentiles } from "./store.ts";
import { startTop } from "./top.ts";
import { type Usage, usageOf } from "./usage.ts";

const SECONDS = 10;

/** Both views, one after the other, while volatile and while stable containers are changed. */
export async function measure(containers: number): Promise<void> {
  for (const kind of ["volatile", "stable"] as const) {
    await using place = await filledStore(containers);
    await loadTop(place, containers, kind);
    await place.store.transaction(async (tx) => {
      for (let index = 0; index < 100; index += 1) await tx.delete(`busy${index}`);
    });
    await loadPage(place, containers, kind);
  }
}

async function loadTop(place: FilledStore, containers: number, kind: string): Promise<void> {
  await using top = await startTop(place.dir, containers);
  const before = usageOf(top.pid);
  const writer = await startWriter(place.dir, kind);
  top.writes = 0;
  const keys: number[] = [];
  while (!writer.isOver()) {
    await sleep(400);
    top.shown = "";
    const pressed = performance.now();
    top.type("r");
    await top.until((shown) => /by \w+ [↓↑]/.test(shown));
    keys.push(performance.now() - pressed);
  }
  const { writes } = top;
  const { rate, took } = await writer.ended;
  const after = usageOf(top.pid);
  top.shown = "";
  top.type("/the-last-word");
  await top.until((shown) => /1 found/.test(shown));
  say(`${containers} containers, ${rate} changes/s (${kind})`, "top", { before, after, took, keys });
  console.log(`    ${((writes / took) * 1000).toFixed(1)} writes a second to the terminal`);
}

async function loadPage(place: FilledStore, containers: number, kind: string): Promise<void> {
  await using ui = await startUi(place.dir);
  await using opened = await openPage(ui.url);
  const { page } = opened;
  await page.evaluate(() => {
    const counts = Object.assign(globalThis, { drawn: 0 });
    new MutationObserver(() => (counts.drawn += 1)).observe(document.querySelector("#rows")!, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
  await page.locator("#rows").focus();
  const [server, browser] = [usageOf(ui.pid), usageOf(opened.pid)];
  const writer = await startWriter(place.dir, kind);
  const keys: number[] = [];
  while (!writer.isOver()) {
    await sleep(400);
    const active = await page.locator("#rows").getAttribute("aria-activedescendant");
    const pressed = performance.now();
    await page.keyboard.press(active === "row-0" ? "End" : "Home");
    await page.waitForFunction(
      (was) => document.querySelector("#rows")?.getAttribute("aria-activedescendant") !== was,
      active,
    );
    keys.push(performance.now() - pressed);
  }
  const { rate, took } = await writer.ended;
  const drawn = await page.evaluate(() => (globalThis as unknown as { drawn: number }).drawn);
  const [serverAfter, browserAfter] = [usageOf(ui.pid), usageOf(opened.pid)];
  await page.locator("#search").fill("the-last-word");
  await page.locator("#rows .rows .row", { hasText: "the-last-word" }).waitFor();
  const what = `${containers} containers, ${rate} changes/s (${kind})`;
  say(what, "the server of ui", { before: server, after: serverAfter, took, keys: [] });
  say(what, "the page, all of Chromium", { before: browser, after: browserAfter, took, keys });
  console.log(`    ${((drawn / took) * 1000).toFixed(1)} times a second the list became another one`);
  const { total } = await page.evaluate(async () => ({
    total: document.querySelector(".count")?.textContent,
  }));
  console.log(`    in the end: ${total}; the store has ${(await place.store.list()).length}`);
}

interface Writing {
  isOver(): boolean;
  readonly ended: Promise<{ readonly rate: number; readonly took: number }>;
}

/** Resolves when it begins. */
async function startWriter(dir: string, kind: string): Promise<Writing> {
  const program = await bundledChild(path.join(repositoryRoot, "tools/attack/src/views/writer.ts"));
  const child = spawn(process.execPath, [program, dir, kind, String(SECONDS)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  const began = performance.now();
  let isOver = false;
  const ended = lines.next().then(({ value }) => {
    isOver = true;
    return { rate: (JSON.parse(String(value)) as { rate: number }).rate, took: performance.now() - began };
  });
  return { isOver: () => isOver, ended };
}

function say(
  what: string,
  who: string,
  { before, after, took, keys }: { before: Usage; after: Usage; took: number; keys: readonly number[] },
): void {
  const share = Math.round(((after.cpu - before.cpu) / took) * 100);
  const memory = `${Math.round(before.memory)} MB before, ${Math.round(after.memory)} MB after`;
  console.log(`${what}, ${who}: ${share} % of a processor, ${memory}`);
  if (keys.length > 0) console.log(`    a key: ${percentiles(keys)}`);
}
