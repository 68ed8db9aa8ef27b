import { readFile } from "node:fs/promises";
import path from "node:path";
import { repositoryRoot } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { FINDINGS } from "../src/health/findings.ts";

it("every finding is explained in docs/findings.md, with its severity and who can repair it", async () => {
  const text = await readFile(path.join(repositoryRoot, "docs/findings.md"), "utf8");
  const rows = [...text.matchAll(/^\| (CHECK_\w+) *\| (\w+) *\| (\w+) *\|/gm)];
  const documented = new Map(rows.map(([, code, severity, repair]) => [code, { severity, repair }]));
  const known = Object.entries(FINDINGS).map(
    ([code, { severity, repair }]) => [code, { severity, repair }] as const,
  );
  expect(documented).toEqual(new Map(known));
  expect(rows).toHaveLength(known.length);
});
