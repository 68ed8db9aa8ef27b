import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { repositoryRoot, runProcess } from "@stowage/test-kit";
import { compile } from "json-schema-to-typescript";
import { expect, it } from "vitest";

import { schemaFiles } from "./support/schemas.ts";

/** The types of the library that programs print, and the schemas that say the same. */
const pairs = [
  ["finding", "Finding"],
  ["gc", "GcResult"],
  ["repair", "{ readonly dir: string } & RepairResult"],
] as const;

it("the TypeScript types and the schemas say the same", async () => {
  const modules: string[] = [
    'import type { Finding, GcResult, RepairResult, Container, StowageErrorDetails } from "@stowage/store";',
    "type Writable<T> = T extends readonly (infer I)[] ? Writable<I>[] : T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;",
    "type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;",
    "type SameKeys<A, B> = Same<keyof A, keyof B>;",
  ];
  for (const [name, type] of pairs) {
    modules.push(`declare namespace ${name.toUpperCase()} { ${await typesOf(name, "Document")} }`);
    modules.push(
      `export const ${name}: Same<Writable<${type}>, Writable<${name.toUpperCase()}.Document>> = true;`,
    );
  }
  modules.push(`declare namespace ERROR { ${await typesOf("error", "Document")} }`);
  modules.push(
    'export const details: SameKeys<Omit<StowageErrorDetails, "cause">, Omit<ERROR.Document["error"], "code" | "message" | "hint">> = true;',
  );
  const folder = path.join(repositoryRoot, "packages/cli/test");
  const result = await typecheck(folder, modules.join("\n"));
  expect(result).toBe("");
  expect(await typecheck(folder, modules.join("\n").replace(/severity: /, "severities: "))).toContain(
    "error TS",
  );
});

async function typesOf(name: string, title: string): Promise<string> {
  const file = [...schemaFiles.keys()].find((each) => each.endsWith(`/cli/schema/${name}.json`)) ?? "";
  const text = await compile({ ...schemaFiles.get(file), $id: undefined, title } as never, title, {
    cwd: path.dirname(file),
    bannerComment: "",
    format: false,
  });
  return text;
}

/** What the compiler has to say about a module of that folder; nothing when it is right. */
async function typecheck(folder: string, text: string): Promise<string> {
  const file = path.join(folder, "..", "node_modules", `.schema-types-${process.pid}.ts`);
  writeFileSync(file, text);
  try {
    const tsc = path.join(repositoryRoot, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2023"];
    return (await runProcess(process.execPath, [tsc, ...flags, file], { cwd: folder })).stdout;
  } finally {
    rmSync(file, { force: true });
  }
}
