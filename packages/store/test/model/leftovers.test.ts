import { describe, expect, it } from "vitest";
import { backupName, leftoverKind, mayBeOnItsWay, runFolderLeftover } from "../../src/model/leftovers.ts";

describe("what a name says that was left", () => {
  it.each([
    [".tmp-containers.json123", "temporary"],
    [".tmp-0123456789abcdef", "temporary"],
    [".stowage-tombstone-0000-YQ", "temporary"],
    [".stowage-removed-0123", "set-aside"],
    [".stowage-held-0123", "held"],
    ["containers.json.stowage-backup-20240102T030405.006Z", "backup"],
    ["volatile-containers.json.stowage-backup-20240102T030405.006Z", "backup"],
    ["containers.json.123", "temporary"],
    ["volatile-containers.json.4567890", "temporary"],
  ])("%s: %s", (name, kind) => {
    expect(leftoverKind(name)).toBe(kind);
  });

  it.each([
    "containers.json",
    "containers.lock",
    "a.tmp-1",
    "a.stowage-removed-1",
    "a.stowage-held-1",
    ".stowage-tombstone",
    "other.json.stowage-backup-20240102T030405.006Z",
    "old-containers.json.stowage-backup-20240102T030405.006Z",
    "containers.json.12",
    "containers.json.12a",
    "containers.json.123.bak",
    "containers.json.",
    "other.json.123",
    "\ncontainers.json.123",
    "containers.json\n.123",
    "",
  ])("%j: nothing", (name) => {
    expect(leftoverKind(name)).toBeUndefined();
  });

  it("depends on what belongs into the folder", () => {
    const belongs = (name: string): boolean => name === "a\nb.1000";
    expect(leftoverKind("a\nb.1000.123", belongs)).toBe("temporary");
    expect(leftoverKind("a\nb.1000", belongs)).toBeUndefined();
    expect(leftoverKind("containers.json.123", belongs)).toBeUndefined();
  });
});

describe("what a name says that was left in a run folder", () => {
  it.each([
    [".tmp-volatile-containers.json123", "temporary"],
    [".tmp-volatile-containers.json0123456789abcdef", "temporary"],
    ["volatile-containers.json.4567890", "temporary"],
    ["volatile-containers.json.stowage-backup-20240102T030405.006Z", "backup"],
  ])("%s: %s", (name, kind) => {
    expect(runFolderLeftover(name)).toBe(kind);
  });

  it.each([
    "volatile-containers.json",
    "volatile-containers.json.",
    "volatile-containers.json.12",
    "volatile-containers.json.123.bak",
    ".tmp-volatile-containers.json",
    ".tmp-volatile-containers.jsonx",
    ".tmp-volatile-containers.json12x",
    "x.tmp-volatile-containers.json12",
    ".tmp-volatile-containersxjson12",
    // Of a stable file, or of other programs.
    ".tmp-containers.json123",
    ".tmp-0123456789abcdef",
    "containers.json.123",
    "containers.json.stowage-backup-20240102T030405.006Z",
    ".stowage-removed-0123",
    ".stowage-held-0123",
    ".stowage-tombstone-0000-YQ",
    "other.json.123",
  ])("%j: nothing", (name) => {
    expect(runFolderLeftover(name)).toBeUndefined();
  });
});

describe("an item that may be on its way", () => {
  it.each([
    [".tmp-0123456789abcdef", true],
    [".tmp-0123456789abcde", false],
    [".tmp-0123456789abcdef0", false],
    [".tmp-0123456789abcdeF", false],
    ["x.tmp-0123456789abcdef", false],
    [".tmp-containers.json123", false],
  ])("%s: %s", (name, may) => {
    expect(mayBeOnItsWay(name)).toBe(may);
  });
});

describe("the name of a copy", () => {
  const date = new Date("2024-01-02T03:04:05.006Z");

  it("is dated, numbered from the second on, and known again", () => {
    const first = backupName("containers.json", date, 1);
    expect(first).toBe("containers.json.stowage-backup-20240102T030405.006Z");
    expect(backupName("containers.json", date, 2)).toBe(`${first}-2`);
    expect(leftoverKind(first)).toBe("backup");
  });
});
