import path from "node:path";
import { ESLint, type Linter } from "eslint";
import { describe, expect, it } from "vitest";
import tseslint from "typescript-eslint";
import { repositoryRoot, runProcess, temporaryFolder } from "@stowage/test-kit";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { floors } from "../floors.mjs";

const eslint = new ESLint({
  cwd: repositoryRoot,
  overrideConfigFile: true,
  overrideConfig: [
    { files: ["**/*.ts"], languageOptions: { parser: tseslint.parser as Linter.Parser } },
    ...floors,
  ],
});

async function complaints(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: path.join(repositoryRoot, file) });
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => ruleId ?? message));
}

const imports = (from: string): string => `import { x } from "${from}"; export const y = x;`;

describe("the floors of the store", () => {
  it.each([
    ["model/a.ts", "../codec/b.ts"],
    ["model/a.ts", "../persistence/deep/b.ts"],
    ["model/deep/a.ts", "../../records/b.ts"],
    ["codec/a.ts", "../catalog/b.ts"],
    ["catalog/a.ts", "../records/b.ts"],
    ["records/a.ts", "../catalog/b.ts"],
    ["images/a.ts", "../catalog/b.ts"],
    ["catalog/a.ts", "../images/b.ts"],
    ["images/a.ts", "../persistence/b.ts"],
    ["records/a.ts", "../persistence/b.ts"],
    ["catalog/a.ts", "../query/b.ts"],
    ["query/a.ts", "../persistence/b.ts"],
    ["query/a.ts", "../operations/b.ts"],
    ["persistence/a.ts", "../health/b.ts"],
    ["persistence/a.ts", "../operations/b.ts"],
    ["operations/a.ts", "../health/b.ts"],
    ["operations/a.ts", "../portable/b.ts"],
    ["health/a.ts", "../store.ts"],
    ["model/a.ts", "../index.ts"],
    ["persistence/a.ts", "../../../lockfile/src/index.ts"],
    ["store.ts", "../../lockfile/src/index.ts"],
  ])("packages/store/src/%s may not import %s", async (file, from) => {
    expect(await complaints(`packages/store/src/${file}`, imports(from))).toEqual(["no-restricted-imports"]);
  });

  it.each([
    ["codec/a.ts", "../model/b.ts"],
    ["catalog/a.ts", "./b.ts"],
    ["images/a.ts", "../codec/b.ts"],
    ["records/deep/a.ts", "../../codec/b.ts"],
    ["query/a.ts", "../catalog/b.ts"],
    ["persistence/a.ts", "../catalog/b.ts"],
    ["operations/a.ts", "../query/b.ts"],
    ["persistence/a.ts", "node:fs/promises"],
    ["persistence/a.ts", "@stowage/lockfile"],
    ["health/a.ts", "../persistence/b.ts"],
    ["portable/a.ts", "../operations/b.ts"],
    ["model/a.ts", "../errors.ts"],
    ["codec/a.ts", "node:buffer"],
    ["store.ts", "./health/b.ts"],
  ])("packages/store/src/%s may import %s", async (file, from) => {
    expect(await complaints(`packages/store/src/${file}`, imports(from))).toEqual([]);
  });
});

describe("pure files", () => {
  const pure = [
    ...["model", "codec", "catalog", "records", "query"].map((folder) => `packages/store/src/${folder}/a.ts`),
    ...["fair-queue", "last-write"].map((name) => `packages/lockfile/src/${name}.ts`),
    "packages/truncindex/src/trunc-index.ts",
  ];

  it.each(pure)("%s knows no disk, clock or chance", async (file) => {
    expect(await complaints(file, imports("node:fs"))).toEqual(["no-restricted-imports"]);
    expect(await complaints(file, imports("node:fs/promises"))).toEqual(["no-restricted-imports"]);
    const random = 'import { randomBytes } from "node:crypto"; export const y = randomBytes(1);';
    expect(await complaints(file, random)).toEqual(["no-restricted-imports"]);
    expect(await complaints(file, "export const y = Date.now();")).toEqual(["no-restricted-properties"]);
    expect(await complaints(file, "export const y = Math.random();")).toEqual(["no-restricted-properties"]);
    expect(await complaints(file, "export const y = new Date();")).toEqual(["no-restricted-syntax"]);
    expect(await complaints(file, 'export const y = import("./x.ts");')).toEqual(["no-restricted-syntax"]);
    const calculation =
      'import { createHash } from "node:crypto"; export const y = [createHash("md5"), new Date(0)];';
    expect(await complaints(file, calculation)).toEqual([]);
  });
});

describe("packages", () => {
  it("import one another by name only", async () => {
    const file = "packages/lockfile/src/a.ts";
    expect(await complaints(file, imports("../../truncindex/src/index.ts"))).toEqual([
      "no-restricted-imports",
    ]);
    expect(await complaints(file, imports("../../../packages/store/src/index.ts"))).toEqual([
      "no-restricted-imports",
    ]);
    expect(await complaints("packages/lockfile/src/protocols/a.ts", imports("../held-lock.ts"))).toEqual([]);
  });

  it("stay on their floor: turbo boundaries reports a base package that imports the store", async () => {
    await using folder = await temporaryFolder();
    await copyManifests(folder.path);
    const manifest = path.join(folder.path, "packages/truncindex/package.json");
    const boundaries = () =>
      runProcess(
        process.execPath,
        [path.join(repositoryRoot, "node_modules/turbo/bin/turbo"), "boundaries"],
        {
          cwd: folder.path,
          env: { TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" },
        },
      );
    const before = await boundaries();
    expect(before.stdout + before.stderr).toMatch(/no issues found/);
    expect(before.code).toBe(0);

    const parsed = JSON.parse(await readFile(manifest, "utf8")) as { dependencies?: object };
    parsed.dependencies = { ...parsed.dependencies, "@stowage/store": "workspace:^" };
    await writeFile(manifest, JSON.stringify(parsed));
    const after = await boundaries();
    expect(after.code).not.toBe(0);
    expect(after.stdout + after.stderr).toMatch(/@stowage\/store/);
  });
});

/** The workspace without its sources: enough for the rules about packages. */
async function copyManifests(target: string): Promise<void> {
  for (const file of ["package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml", "turbo.json"]) {
    await writeFile(path.join(target, file), await readFile(path.join(repositoryRoot, file)));
  }
  const folders = ["atomic-file", "cli", "lockfile", "store", "truncindex"].map((name) => `packages/${name}`);
  for (const folder of [...folders, "tools/build", "tools/test-kit", "tools/fixtures"]) {
    await mkdir(path.join(target, folder), { recursive: true });
    for (const file of ["package.json", "turbo.json"]) {
      await writeFile(
        path.join(target, folder, file),
        await readFile(path.join(repositoryRoot, folder, file)),
      );
    }
  }
}

describe("the page of stowage ui", () => {
  it.each(["node:fs", "@stowage/store", "../server/serve.ts", "../../server/serve.ts"])(
    "may not import %s",
    async (from) => {
      expect(await complaints("packages/ui/src/page/a.ts", imports(from))).toEqual(["no-restricted-imports"]);
    },
  );

  it.each(["../protocol.ts", "./state/model.ts", "preact"])("may import %s", async (from) => {
    expect(await complaints("packages/ui/src/page/a.ts", imports(from))).toEqual([]);
  });
});
