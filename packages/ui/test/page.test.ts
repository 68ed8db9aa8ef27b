import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LARGEST_PAGE, buildPage } from "../build-page.mjs";
import { temporaryFolder } from "@stowage/test-kit";
import { axeSuite } from "./page/axe.ts";
import { containersSuite } from "./page/containers.ts";
import { detailsSuite } from "./page/details.ts";
import { hostileSuite } from "./page/hostile.ts";
import { keyboardSuite } from "./page/keyboard.ts";
import { liveSuite } from "./page/live.ts";
import { picturesSuite } from "./page/pictures.ts";
import { screensSuite } from "./page/screens.ts";
import { writingSuite } from "./page/writing.ts";
import { startBrowser } from "./support/page.ts";

// All in one file: they share one browser.
const { browser, reason } = await startBrowser();
afterAll(() => browser?.close());

describe.skipIf(browser === undefined)(`the page${reason === undefined ? "" : `: ${reason}`}`, () => {
  for (const suite of [
    containersSuite,
    liveSuite,
    detailsSuite,
    picturesSuite,
    writingSuite,
    hostileSuite,
    keyboardSuite,
    axeSuite,
    screensSuite,
  ]) {
    suite(() => browser!);
  }
});

it("is small: a page that is too large fails the build", async () => {
  await using folder = await temporaryFolder();
  const { total, compressed } = await buildPage(folder.path);
  expect(total).toBeLessThan(LARGEST_PAGE);
  expect(LARGEST_PAGE).toBe(300_000);
  expect([...compressed.keys()].every((name) => name === "index.html" || /-[A-Z0-9]{8}\./.test(name))).toBe(
    true,
  );
});

it("keeps no path of the machine that built it, so that a clone can be moved", async () => {
  await using folder = await temporaryFolder();
  const { packages } = await buildPage(folder.path);
  expect(packages.map((each) => path.basename(each))).toContain("preact");
  expect(packages.filter((each) => path.isAbsolute(each))).toEqual([]);
  const here = path.join(import.meta.dirname, "..");
  expect(packages.filter((each) => !existsSync(path.join(here, each, "package.json")))).toEqual([]);
});
