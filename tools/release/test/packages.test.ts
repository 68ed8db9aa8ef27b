import { existsSync, readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import { pack, problemsOf } from "../tarball.mjs";

const packages = path.join(repositoryRoot, "packages");
const unbuilt = readdirSync(packages).filter(
  (name) =>
    existsSync(path.join(packages, name, "package.json")) && !existsSync(path.join(packages, name, "dist")),
);

describe("the packages", () => {
  it("are fit to be published, and work alone in an empty project", { timeout: 300_000 }, async (context) => {
    // `npm test` builds first; who runs vitest by hand may not have.
    if (unbuilt.length > 0) return context.skip(`not built: ${unbuilt.join(", ")}`);
    const script = path.join(repositoryRoot, "tools/release/check-packages.mjs");
    const result = await runProcess(process.execPath, [script], { timeout: 280_000 });
    expect(result.stderr).toBe("");
    expect(result.stdout).toMatch(/^5 packages fit, 0 unfit$/m);
    expect(result.code).toBe(0);
  });
});

describe("the check", () => {
  it("notices what is wrong with a package", async () => {
    await using folder = await temporaryFolder();
    const broken = path.join(folder.path, "broken");
    await mkdir(path.join(broken, "dist"), { recursive: true });
    const manifest = {
      name: "broken",
      version: "1.0.0",
      type: "module",
      exports: {
        ".": { types: "./dist/index.d.cts", default: "./dist/index.js" },
        "./more": "./dist/more.js",
      },
      files: ["dist", "THIRD-PARTY-LICENSES"],
      scripts: { postinstall: "echo" },
    };
    await writeFile(path.join(broken, "package.json"), JSON.stringify(manifest));
    await writeFile(path.join(broken, "dist/index.js"), "export const x = 1;\n");
    await writeFile(path.join(broken, "dist/index.d.cts"), "export declare const x: number;\n");
    const problems = await problemsOf(await pack(broken, path.join(folder.path, "tarballs")));
    const all = problems.join("\n");
    expect(all).toMatch(/^publint: .*dist\/more\.js/m);
    expect(all).toContain("are the types wrong: ");
    expect(all).toContain("it runs a script when it is installed: postinstall");
    expect(all).toContain("package.json has no license");
    expect(all).toContain("it does not bring the text of the licence");
    expect(all).toContain("files names what is not there: THIRD-PARTY-LICENSES");
  });
});
