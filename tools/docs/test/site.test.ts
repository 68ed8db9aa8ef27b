import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { commandTree, everyCommand } from "@stowage/build/command-tree";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import { cliReference } from "../site/cli-reference.mjs";
import { pictures, placeOf, sources, withLinks } from "../site/pages.mjs";
import { problemsOfSite } from "../site/site-problems.mjs";

const links = path.join(repositoryRoot, "tools/docs/links.mjs");
const check = (...files: string[]) => runProcess(process.execPath, [links, ...files]);

describe("links of the documents", () => {
  it("lead somewhere", async () => {
    const { code, stdout, stderr } = await check();
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^the links of \d{2,} documents lead somewhere\n$/);
    expect(code).toBe(0);
  });

  it.each([
    ["[x](docs/nothing.md)", "docs/nothing.md"],
    ["[x](#nowhere)", "#nowhere"],
    ["[x](docs/locking.md#nope)", "#nope"],
    ["[x](https://github.com/stowage/stowage/blob/main/docs/nix.md)", "docs/nix.md"],
  ])("that lead to nothing are found: %s", async (link, what) => {
    const file = path.join(repositoryRoot, `.dead-link-${process.pid}.md`);
    await using _ = await temporaryFile(file, `# A page\n\n${link}\n`);
    const { code, stderr } = await check(file);
    expect(stderr).toContain(what);
    expect(code).toBe(1);
  });
});

async function temporaryFile(file: string, content: string): Promise<AsyncDisposable> {
  await writeFile(file, content);
  return { [Symbol.asyncDispose]: () => rm(file) };
}

describe("a page of the site", () => {
  const pages = ["README.md", "docs/locking.md", "packages/store/README.md"];

  it.each([
    ["[l](docs/locking.md#what-is-not)", "README.md", "[l](./docs/locking.md#what-is-not)"],
    ["[s](../packages/store)", "docs/locking.md", "[s](../packages/store/index.md)"],
    ["[r](../../README.md)", "packages/store/README.md", "[r](../../index.md)"],
    ["[l](LICENSE)", "README.md", "[l](https://github.com/stowage/stowage/blob/main/LICENSE)"],
    ["[t](../tools)", "docs/locking.md", "[t](https://github.com/stowage/stowage/tree/main/tools)"],
    [
      "[l](https://github.com/stowage/stowage/blob/main/docs/locking.md)",
      "packages/store/README.md",
      "[l](../../docs/locking.md)",
    ],
    [
      "[x](https://example.org/a) [y](#here) ![p](a.svg)",
      "README.md",
      "[x](https://example.org/a) [y](#here) ![p](a.svg)",
    ],
  ])("has %s of %s as %s", (text, source, expected) => {
    expect(withLinks(text, source, pages)).toBe(expected);
  });

  it("cannot link to what is not there", () => {
    expect(() => withLinks("[x](nothing.txt)", "README.md", pages)).toThrow("README.md links to nothing.txt");
  });

  it("may show any picture that lies with the documents", () => {
    expect(pictures()).toEqual(
      expect.arrayContaining(["docs/performance/create.svg", "docs/pictures/terminal.svg"]),
    );
  });

  it("of the documents is in their list", () => {
    const list = readFileSync(path.join(repositoryRoot, "docs/README.md"), "utf8");
    const listed = sources()
      .filter((source) => /^docs\/(guides\/)?[^/]+\.md$/.test(source) && source !== "docs/README.md")
      .map((source) => source.replace("docs/", ""));
    expect(listed.filter((source) => !list.includes(`(${source})`))).toEqual([]);
  });

  it("lies where its README was, as the page of that folder", () => {
    expect(sources()).toEqual(
      expect.arrayContaining(["README.md", "docs/guides/podman.md", "tools/bench/README.md"]),
    );
    expect(["README.md", "docs/decisions/README.md", "docs/MYREADME.md"].map(placeOf)).toEqual([
      "index.md",
      "docs/decisions/index.md",
      "docs/MYREADME.md",
    ]);
  });
});

describe("the reference of the program", () => {
  const program = commandTree(path.join(repositoryRoot, "packages/cli"));
  const pages = cliReference(program);

  it("has every command, with its options, and no word of it is a tag", () => {
    const all = [...pages.values()].join("\n");
    for (const command of everyCommand(program))
      expect(all).toMatch(
        new RegExp(`^##? ${command === program ? "The program" : command.path.join(" ")}$`, "m"),
      );
    expect(pages.get("data.md")).toContain("## stowage data get\n");
    expect(pages.get("ls.md")).toContain("| `-f, --filter <key=value>` |");
    expect(pages.get("index.md")).toContain("[`watch, events`](./watch.md)");
    for (const page of pages.values()) expect(page.replaceAll(/```[^]*?```|`[^`]*`/g, "")).not.toMatch(/<\w/);
  });
});

describe("what is wrong with a built site", () => {
  it("is a link or an anchor to nothing, and what comes from outside", async () => {
    await using folder = await temporaryFolder();
    await mkdir(path.join(folder.path, "docs"));
    const page = (body: string): string =>
      `<html><head><link href="/a.css"></head><body>${body}</body></html>`;
    const right =
      '<h2 id="here">x</h2><a href="/docs/a.html#there">a</a><a href="#here">h</a><a href="https://example.org">e</a>';
    await writeFile(path.join(folder.path, "index.html"), page(right));
    await writeFile(
      path.join(folder.path, "docs/a.html"),
      page('<p id="there"></p><a class="x" href="/">up</a>'),
    );
    expect(await problemsOfSite(folder.path)).toEqual({ pages: 2, problems: [] });
    await writeFile(
      path.join(folder.path, "docs/a.html"),
      page('<p id="there">{{ title }} <code>{{.ID}}</code></p>'),
    );
    expect((await problemsOfSite(folder.path)).problems).toContain("docs/a.html shows {{ title }}");
    await writeFile(path.join(folder.path, "docs/a.html"), page('<p id="there"></p>'));
    const wrong =
      '<a href="/docs/a">b</a><a href="/docs/a.html#nope">n</a><script src="https://cdn.example.org/x.js"></script>';
    await writeFile(path.join(folder.path, "index.html"), page(wrong));
    expect((await problemsOfSite(folder.path)).problems).toEqual([
      "index.html loads https://cdn.example.org/x.js",
      "index.html links to /docs/a, and there is no such page",
      "index.html links to /docs/a.html#nope, and that page has no such place",
    ]);
  });
});
