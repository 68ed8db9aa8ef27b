import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { bundledChild, peer, repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import { runConsole } from "../console-example.mjs";
import { blocksOf, documents } from "../documents.mjs";
import { examplePlace } from "../example-place.mjs";

/** Pieces of code that are run by a test of their own, since they need more than a folder. */
const runElsewhere = new Map([
  ["docs/schemas.md: js", "packages/cli/test/schema-example.test.ts"],
  ["docs/statistics.md: js", "packages/store/test/opentelemetry.test.ts"],
]);
/** What is shown, and is no example of anything that can be run. */
const noPrograms = new Set(["text", "json"]);

const blocks = documents().flatMap((document) =>
  blocksOf(document).map((block, index) => ({ ...block, document, number: index + 1 })),
);
const inLanguage = (...languages: string[]) => blocks.filter(({ language }) => languages.includes(language));

it("every example is run, here or where it is said", () => {
  for (const { document, language } of blocks) {
    if (["ts", "sh", "console"].includes(language) || noPrograms.has(language)) continue;
    const elsewhere = runElsewhere.get(`${document}: ${language}`);
    expect(elsewhere, `${document}, ${language}`).toBeDefined();
    expect(existsSync(path.join(repositoryRoot, elsewhere ?? ""))).toBe(true);
  }
  expect(inLanguage("ts").length).toBeGreaterThan(15);
  expect(inLanguage("sh", "console").length).toBeGreaterThan(15);
});

describe("examples in TypeScript run as they are printed", () => {
  it.each(inLanguage("ts"))("$document, piece $number", async ({ code }) => {
    await using folder = await temporaryFolder();
    const source = path.join(folder.path, "example.ts");
    await writeFile(source, code);
    const work = path.join(folder.path, "work");
    await mkdir(work);
    const result = await runProcess(process.execPath, [await bundledChild(source)], { cwd: work });
    expect(result.stderr).toBe("");
    expect(result.code).toBe(0);
  });
});

const unbuilt = !existsSync(path.join(repositoryRoot, "packages/cli/dist"));
const terminals = (await runProcess("script", ["--version"]).catch(() => undefined))?.stdout ?? "";
const podman = await runProcess("podman", ["--version"]).catch(() => undefined);
const tool = peer();

/** What the page calls that this machine has not; undefined when all is there. */
function missingFor(code: string): string | undefined {
  // `npm test` builds first; who runs vitest by hand may not have.
  if (unbuilt) return "not built";
  if (!terminals.includes("util-linux")) return "there is no `script` that makes terminals";
  if (/^\$ (.*\| )?podman /m.test(code) && podman?.code !== 0) return "podman is not installed";
  return /^\$ containers-storage /m.test(code) ? tool.reason : undefined;
}

describe("examples at a terminal run as they are printed", () => {
  const pages = new Map<string, { code: string; language: string }[]>();
  for (const { document, ...block } of inLanguage("sh", "console"))
    pages.set(document, [...(pages.get(document) ?? []), block]);

  it.for([...pages])("%s", async ([, pieces], context) => {
    const missing = missingFor(pieces.map(({ code }) => code).join("\n"));
    if (missing !== undefined) return context.skip(missing);
    await using folder = await temporaryFolder();
    const place = await examplePlace(folder.path, { containersStorage: tool.found?.containersStorage });
    // One page is one session: what was made above is there below.
    for (const { code, language } of pieces) {
      if (language === "console") await runConsole(code, place);
      else {
        const { code: exit, stderr } = await runProcess("sh", ["-e", "-c", code], place);
        expect(stderr).toBe("");
        expect(exit).toBe(0);
      }
    }
  });
});
