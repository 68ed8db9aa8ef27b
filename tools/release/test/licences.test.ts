import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { licenseTexts, listed, packageFolders } from "@stowage/build/third-party-licenses";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import { licenceProblems } from "../licence-list.mjs";

const document = path.join(repositoryRoot, "docs/licences.md");
const texts = path.join(repositoryRoot, "packages/cli/THIRD-PARTY-LICENSES");

function check(...args: string[]) {
  const script = path.join(repositoryRoot, "tools/release/licences.mjs");
  return runProcess(process.execPath, [script, "--check", ...args], { timeout: 120_000 });
}

// `npm test` builds first; who runs vitest by hand may not have.
describe.skipIf(!existsSync(texts))("the list of licences", () => {
  it("is what the packages bring", async () => {
    const { code, stdout, stderr } = await check();
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^5 packages, [1-9]\d* dependencies, 0 problems$/m);
    expect(code).toBe(0);
  });

  it("is refused when it is an old one", async () => {
    await using folder = await temporaryFolder();
    const old = path.join(folder.path, "old.md");
    const now = await readFile(document, "utf8");
    await writeFile(old, now.replace(/^\| \[commander\].*\n/m, ""));
    const { code, stderr } = await check(old);
    expect(stderr).toContain("old.md is not what the packages bring");
    expect(code).toBe(1);
  });

  it("has what is bundled into the program, as the program itself shows", async () => {
    const dist = path.join(repositoryRoot, "packages/cli/dist");
    const entries = await readdir(dist, { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => path.join(dist, name));
    const program = (await Promise.all(files.map((file) => readFile(file, "utf8")))).join("");
    const bundled = new Set(listed(await readFile(texts, "utf8")).map(({ name }) => name));
    // The bundle says above each piece which file it is from.
    const pieces = program.matchAll(/node_modules\/((?:@[^/\s]+\/)?[^/.\s][^/\s]*)\//g);
    const shown = new Set([...pieces].map((match) => match[1]));
    expect(shown.size).toBeGreaterThan(5);
    for (const name of shown) expect(bundled).toContain(name);
  });
});

describe("a licence", () => {
  const withLicence = (license: string) =>
    licenceProblems([
      { name: "ours", dependencies: [{ name: "x", version: "1.0.0", license, how: "installed" }] },
    ]);

  it.each(["GPL-3.0", "Unknown", "(MIT OR GPL-3.0)", "SEE LICENSE IN x"])("is not allowed: %s", (license) => {
    expect(withLicence(license)).toEqual([`ours: the licence of x 1.0.0 is not allowed: ${license}`]);
  });

  it("is allowed: MIT", () => {
    expect(withLicence("MIT")).toEqual([]);
  });
});

describe("the texts of licences", () => {
  /** Packages as they lie in node_modules. */
  async function packages(folder: string, all: Readonly<Record<string, Readonly<Record<string, string>>>>) {
    for (const [name, files] of Object.entries(all)) {
      const own = path.join(folder, "node_modules", name);
      await mkdir(own, { recursive: true });
      const manifest = { name, version: "1.2.3", license: "MIT" };
      await writeFile(path.join(own, "package.json"), JSON.stringify(manifest));
      for (const [file, text] of Object.entries(files)) await writeFile(path.join(own, file), text);
    }
  }

  it("are those of each package that files were taken from, once", async () => {
    await using folder = await temporaryFolder();
    await packages(folder.path, {
      "@scope/b": { "license.md": "text of b", NOTICE: "notice of b" },
      a: { LICENCE: "text of a" },
      unused: { LICENSE: "text of unused" },
    });
    const inputs = [
      "node_modules/@scope/b/x.js",
      "src/own.js",
      "node_modules/a/lib/y.js",
      "node_modules/a/z.js",
    ];
    const metafile = { inputs: Object.fromEntries(inputs.map((input) => [input, {}])) };
    const text = licenseTexts(packageFolders(metafile, folder.path));
    expect(listed(text)).toEqual([
      { name: "@scope/b", version: "1.2.3", license: "MIT" },
      { name: "a", version: "1.2.3", license: "MIT" },
    ]);
    expect(text).toMatch(/text of b\n[^]*notice of b\n[^]*text of a\n/);
    expect(text).not.toContain("unused");
  });

  it("cannot be missing", async () => {
    await using folder = await temporaryFolder();
    await packages(folder.path, { a: { NOTICE: "notice of a" } });
    expect(() => licenseTexts([path.join(folder.path, "node_modules/a")])).toThrow("a 1.2.3 has no licence");
  });
});
