import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { repositoryRoot } from "@stowage/test-kit";

const read = (file: string): string => readFileSync(path.join(repositoryRoot, file), "utf8");

it("the table from Go's API names calls of ours that there are", () => {
  const records = ["store", "lockfile", "atomic-file", "truncindex"].map((name) =>
    read(`packages/${name}/etc/${name}.api.md`),
  );
  const known = new Set([...records.join("\n").matchAll(/\b(\w+)(?:<[^>(]*>)?\(/g)].map(([, name]) => name));
  const rows = read("docs/guides/from-go.md").matchAll(/^\| (.*?) +\| (.*?) +\| .*\|$/gm);
  const ours = [...rows].flatMap(([, , cell = ""]) =>
    [...cell.matchAll(/`([^`]*)`/g)].map(([, code]) => code),
  );
  const calls = ours.flatMap((code = "") =>
    [...code.matchAll(/(?<![.\w])(?:store\.)?(\w+)\(/g)].map(([, name]) => name),
  );
  expect(calls.length).toBeGreaterThan(35);
  expect(calls.filter((name) => name !== "join" && !known.has(name))).toEqual([]);
});
