import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { repositoryRoot } from "@stowage/test-kit";
import { sources } from "../site/pages.mjs";

const read = (file: string): string => readFileSync(path.join(repositoryRoot, file), "utf8");
const texts = sources().map((page) => ({ page, text: read(page) }));

it("every program of the repository that a document names is there", () => {
  const named = texts.flatMap(({ page, text }) =>
    [...text.matchAll(/(?<![\w/.-])(?:node )?((?:tools|packages|\.ci)\/[\w/.-]+\.(?:mjs|sh|ts))\b/g)].map(
      ([, file = ""]) => ({ page, file }),
    ),
  );
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter(({ file }) => !existsSync(path.join(repositoryRoot, file)))).toEqual([]);
});

it("every script of package.json that a document names is there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const own = new Set(["install", "add", "pack", "publish", "changeset", "audit"]);
  const named = texts.flatMap(({ page, text }) =>
    [...text.matchAll(/(?:`|^ {4,})(?:\w+=\S+ )?(?:npx )?pnpm (?:run )?([a-z][\w:-]*)/gm)].map(
      ([, script = ""]) => ({
        page,
        script,
      }),
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ script }) => scripts[script] === undefined && !own.has(script))).toEqual([]);
});
