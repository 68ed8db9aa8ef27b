import { readFile, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { type Finding, openContainerStore, type RepairResult } from "../src/index.ts";
import { idsIn, idsInFiles, killedAfter, leftovers, withFolder } from "./support/tombstones.ts";

const STABLE = "containers.json";
const VOLATILE = "volatile-containers.json";

/** A time that can be set again to the nanosecond, as a file has it that decays. */
const THEN = new Date(Date.UTC(2026, 0, 1));

const setTimes = async (dir: string): Promise<void> => {
  for (const name of [STABLE, VOLATILE]) await utimes(path.join(dir, name), THEN, THEN);
};

/** Breaks the last record of a file where it lies. */
async function decay(dir: string, name: string): Promise<void> {
  const file = path.join(dir, name);
  const text = await readFile(file, "utf8");
  const at = text.lastIndexOf('"id":');
  await writeFile(file, `${text.slice(0, at)}!${text.slice(at + 1)}`);
}

const outcomes = ({ steps }: RepairResult): Record<string, string> =>
  Object.fromEntries(steps.map(({ finding, outcome }) => [finding.code, outcome]));

async function checked(dir: string): Promise<readonly Finding[]> {
  await using store = await openContainerStore({ dir, acceptDamage: true });
  return await store.check();
}

async function repaired(dir: string, codes?: readonly string[]): Promise<RepairResult> {
  await using store = await openContainerStore({ dir, acceptDamage: true });
  return await store.repair(codes === undefined ? {} : { codes });
}

const deletionIn = (findings: readonly Finding[]): string =>
  findings.find(({ code }) => code === "CHECK_COMMIT_UNFINISHED")?.message ?? "";

describe("files that are too damaged to be read, beside a tombstone", () => {
  it("do not give a deleted container back when they are the files of then", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: new Set(["b"]), bearer: "b" }, () => setTimes(dir));
      await decay(dir, STABLE);
      await setTimes(dir);
      const findings = await checked(dir);
      expect(findings.map(({ code }) => code).sort()).toEqual([
        "CHECK_COMMIT_UNFINISHED",
        "CHECK_FILE_UNREADABLE",
      ]);
      expect(deletionIn(findings)).not.toContain("changed since");
      const result = await repaired(dir);
      expect(outcomes(result)).toEqual({
        CHECK_COMMIT_UNFINISHED: "repaired",
        CHECK_FILE_UNREADABLE: "repaired",
      });
      expect(result.steps.map(({ detail }) => detail).join()).toContain("again with 0 records");
      // The record of `c` is the broken one: it is in the copy.
      expect(await idsIn({ dir })).toEqual(["a"]);
      expect(await idsInFiles(dir)).toEqual(["a"]);
      expect(await readFile(result.backups[0]!, "utf8")).toContain('"id":"b"');
      expect(await leftovers(dir)).toEqual([]);
    }));

  it("give it back when they were changed since, which check tells beforehand", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: new Set(["b", "a"]), bearer: "b" }, () => setTimes(dir));
      await decay(dir, STABLE);
      const findings = await checked(dir);
      expect(deletionIn(findings)).toContain(
        `${path.join(dir, STABLE)} was changed since, and is broken, so that nobody can tell whether the deletion still ` +
          "counts for it: repair keeps the record of a container that it names, whose data may be gone",
      );
      expect(outcomes(await repaired(dir))).toMatchObject({
        CHECK_COMMIT_UNFINISHED: "repaired",
        CHECK_FILE_UNREADABLE: "repaired",
      });
      // Of the volatile file it counted.
      expect(await idsIn({ dir })).toEqual(["b"]);
      expect(await idsInFiles(dir)).toEqual(["b"]);
      await using store = await openContainerStore({ dir });
      expect(Buffer.from(await store.bigData("b", "k")).toString()).toBe("b");
      expect(await leftovers(dir)).toEqual([]);
    }));

  it("do not bring a deleted container into another file that is written again", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: new Set(["b"]), bearer: "b" });
      await writeFile(path.join(dir, VOLATILE), "[{", { mode: 0o600 });
      await rm(path.join(dir, "c", "k"));
      const result = await repaired(dir, ["CHECK_BIG_DATA_MISSING"]);
      expect(outcomes(result)).toEqual({
        CHECK_BIG_DATA_MISSING: "repaired",
        CHECK_COMMIT_UNFINISHED: "failed",
        CHECK_FILE_LOST: "left",
      });
      const { detail } = result.steps.find(({ finding }) => finding.code === "CHECK_COMMIT_UNFINISHED")!;
      expect(detail).toContain(`it cannot be finished yet: ${path.join(dir, VOLATILE)} cannot be read`);
      const text = await readFile(path.join(dir, STABLE), "utf8");
      expect((JSON.parse(text) as { id: string }[]).map(({ id }) => id)).toEqual(["c"]);
    }));

  it("are mended first, and then the deletion is finished", () =>
    withFolder(async (dir) => {
      await killedAfter(dir, { ids: new Set(["b"]), bearer: "b" });
      await writeFile(path.join(dir, VOLATILE), "[{", { mode: 0o600 });
      expect(outcomes(await repaired(dir, ["CHECK_FILE_LOST", "CHECK_COMMIT_UNFINISHED"]))).toEqual({
        CHECK_COMMIT_UNFINISHED: "repaired",
        CHECK_FILE_LOST: "repaired",
      });
      expect(await idsInFiles(dir)).toEqual(["c"]);
      expect(await leftovers(dir)).toEqual([]);
      expect(await idsIn({ dir })).toEqual(["c"]);
    }));
});
