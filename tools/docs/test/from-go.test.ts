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

/** The functions of containers.go 1.57.2 that are called from outside of it, and those of the interface it keeps. */
const containersGo = [
  ...[
    "MountLabel",
    "ProcessLabel",
    "MountOpts",
    "Containers",
    "GarbageCollect",
    "ClearFlag",
    "SetFlag",
    "create",
  ],
  ...[
    "Metadata",
    "SetMetadata",
    "updateNames",
    "Delete",
    "Get",
    "Lookup",
    "Exists",
    "BigData",
    "BigDataSize",
  ],
  ...["BigDataDigest", "BigDataNames", "SetBigData", "Wipe", "startWriting", "stopWriting", "startReading"],
  ...["stopReading", "modified", "reloadIfChanged", "load", "save"],
];

it("the table names every function of Go's container store", () => {
  const rows = read("docs/guides/from-go.md").matchAll(/^\| (.*?) +\|/gm);
  const named = new Set(
    [...rows].flatMap(([, cell = ""]) => [...cell.matchAll(/`(\w+)/g)].map(([, name]) => name)),
  );
  expect(containersGo.filter((name) => !named.has(name))).toEqual([]);
});
