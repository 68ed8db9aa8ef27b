import { lstat, mkdir, readdir, rename, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { A, B, C, list, record } from "./support/health.ts";
import { assertWell, backups, outcomes, repaired, withStore } from "./support/repair-store.ts";

describe("repair of files of records", () => {
  it("keeps every complete record of a broken file, and a copy of it as it was", () =>
    withStore(async (patient) => {
      const own = await patient.read("containers.json");
      const broken = `${own.slice(0, -1)},{"id":"broken","names":[},${record(C, { names: ["kept"] })},{"id":"cut`;
      await patient.write(broken, "containers.json");
      const result = await repaired(patient);
      expect(outcomes(result)).toEqual(["CHECK_FILE_UNREADABLE repaired"]);
      expect(result.backups).toHaveLength(1);
      const [backup] = await backups(patient);
      expect(backup).toMatch(/^containers\.json\.stowage-backup-\d{8}T\d{6}\.\d{3}Z$/);
      expect(result.backups[0]).toBe(patient.at(backup!));
      expect(await patient.read(backup!)).toBe(broken);
      // What was not broken is not touched, to the byte.
      expect(await patient.read("containers.json")).toBe(
        `${own.slice(0, -1)},${record(C, { names: ["kept"] })}]`,
      );
      expect((await lstat(patient.at("containers.json"))).mode & 0o777).toBe(0o600);
      await assertWell(patient, [A, C, B]);
    }));

  it("takes sizes and digests of no item out only when that is asked for by name", () =>
    withStore(async (patient) => {
      const sizes = {
        "big-data-names": ["k"],
        "big-data-sizes": { k: 5, gone: 7 },
        "big-data-digests": { lost: "sha256:0" },
      };
      const own = record(C, sizes);
      await patient.write(list(own), "containers.json");
      {
        // The real library answers so, too.
        await using store = await patient.open();
        expect(await store.bigDataSize(C, "gone")).toBe(7);
        await expect(store.bigData(C, "gone")).rejects.toMatchObject({ code: "ERR_BIG_DATA_NOT_FOUND" });
      }
      const unlisted = ["CHECK_BIG_DATA_UNLISTED left", "CHECK_BIG_DATA_UNLISTED left"];
      expect(outcomes(await repaired(patient))).toEqual(expect.arrayContaining(unlisted));
      const result = await repaired(patient, { codes: ["CHECK_BIG_DATA_UNLISTED"] });
      expect(outcomes(result)).toContain("CHECK_BIG_DATA_UNLISTED repaired");
      expect(await patient.read(path.basename(result.backups[0]!))).toBe(list(own));
      await using store = await patient.open();
      const { bigDataNames, bigDataSizes, bigDataDigests } = await store.get(C);
      expect([bigDataNames, [...bigDataSizes], [...bigDataDigests]]).toEqual([["k"], [["k", 5]], []]);
    }));

  it("writes commas where there were none", () =>
    withStore(async (patient) => {
      for (const between of ["x", "", ",,", "\0", ";\0"]) {
        await patient.write(`[${record(A)}${between}${record(C)}]`, "containers.json");
        await repaired(patient);
        expect(await patient.read("containers.json")).toBe(list(record(A), record(C)));
        await assertWell(patient, [A, C, B]);
      }
    }));

  it("gives up what could not be searched only when that is asked for by name", () =>
    withStore(async (patient) => {
      const inside = '{"id":"a","flags":{"f":'.repeat(5_000);
      const loose = record(C).replaceAll('":', '": ');
      await patient.write(`[${record(A)},${inside}!,${loose}]`, "containers.json");
      const before = await patient.read("containers.json");
      expect(outcomes(await repaired(patient))).toEqual(["CHECK_FILE_UNSEARCHED left"]);
      expect(await patient.read("containers.json")).toBe(before);
      const result = await repaired(patient, { codes: ["CHECK_FILE_UNSEARCHED"] });
      expect(outcomes(result)).toEqual(["CHECK_FILE_UNSEARCHED repaired"]);
      expect(await patient.read(path.basename(result.backups[0]!))).toBe(before);
      expect(await patient.read("containers.json")).toBe(list(record(A)));
    }));

  it("begins an empty list only when that is asked for by name", () =>
    withStore(async (patient) => {
      await patient.write("\0".repeat(64), "containers.json");
      const first = await repaired(patient);
      expect(outcomes(first)).toEqual(["CHECK_FILE_LOST left"]);
      expect(first.backups).toEqual([]);
      expect(await patient.read("containers.json")).toBe("\0".repeat(64));
      const second = await repaired(patient, { codes: ["CHECK_FILE_LOST"] });
      expect(outcomes(second)).toEqual(["CHECK_FILE_LOST repaired"]);
      expect(await patient.read(path.basename(second.backups[0]!))).toBe("\0".repeat(64));
      await assertWell(patient, [B], ["CHECK_FOLDER_ORPHANED"]);
    }));

  it("begins an empty list for one that is missing only when asked", () =>
    withStore(async (patient) => {
      await rm(patient.at("containers.json"));
      await rm(patient.at("volatile-containers.json"));
      expect(outcomes(await repaired(patient))).toEqual(["CHECK_FILE_MISSING left"]);
      expect(await readdir(patient.dir)).not.toContain("containers.json");
      const result = await repaired(patient, { codes: ["CHECK_FILE_MISSING"] });
      expect(result.backups).toEqual([]);
      expect(await patient.read("containers.json")).toBe("[]");
    }));

  it("does not write a file whose broken part was not given up", () =>
    withStore(async (patient) => {
      const broken = `${list(record(A, { names: ["one"] }), record(C, { names: ["one"] }))}x`;
      await patient.write(broken, "containers.json");
      const result = await repaired(patient, { codes: ["CHECK_DUPLICATE_NAME"] });
      expect(outcomes(result)).toEqual(["CHECK_FILE_UNREADABLE left", "CHECK_DUPLICATE_NAME failed"]);
      expect(await patient.read("containers.json")).toBe(broken);
      expect(await backups(patient)).toEqual([]);
    }));

  it("mends ids and names that come twice just as loading does, in both files", () =>
    withStore(async (patient) => {
      await patient.write(
        list(
          record(A, { names: ["one", "two", "both"] }),
          record(C, { names: ["two", "three"] }),
          record(A, { names: ["gone"] }),
        ),
        "containers.json",
      );
      await patient.write(list(record(B, { names: ["one", "own"] })), "volatile-containers.json");
      const result = await repaired(patient);
      expect(outcomes(result)).toEqual([
        "CHECK_DUPLICATE_NAME repaired",
        "CHECK_DUPLICATE_ID repaired",
        "CHECK_NAME_ACROSS_FILES repaired",
      ]);
      expect(result.backups).toHaveLength(1);
      expect(await patient.read("containers.json")).toBe(
        list(record(A, { names: ["both"] }), record(C, { names: ["two", "three"] })),
      );
      expect(await patient.read("volatile-containers.json")).toBe(list(record(B, { names: ["one", "own"] })));
      await assertWell(patient, [A, C, B]);
    }));

  it("takes out records and keys that are no file names when asked, and nothing outside the store", () =>
    withStore(async (patient) => {
      const victim = path.join(patient.dir, "..", "victim");
      await mkdir(victim);
      const own = await patient.read("containers.json");
      const others = [record("../victim"), record(C, { "big-data-names": ["..", "x".repeat(300)] })];
      await patient.write(`${own.slice(0, -1)},${others.join(",")}]`, "containers.json");
      expect(outcomes(await repaired(patient))).toEqual([
        "CHECK_ID_NO_FILE_NAME left",
        "CHECK_KEY_NO_FILE_NAME left",
        "CHECK_KEY_NO_FILE_NAME left",
      ]);
      await repaired(patient, { codes: ["CHECK_ID_NO_FILE_NAME", "CHECK_KEY_NO_FILE_NAME"] });
      expect(await patient.read("containers.json")).toBe(`${own.slice(0, -1)},${record(C)}]`);
      expect((await lstat(victim)).isDirectory()).toBe(true);
      await assertWell(patient, [A, C, B]);
    }));

  it("never follows a link in the place of a file", () =>
    withStore(async (patient) => {
      const elsewhere = path.join(patient.dir, "..", "elsewhere.json");
      await rename(patient.at("containers.json"), elsewhere);
      await symlink(elsewhere, patient.at("containers.json"));
      const result = await repaired(patient);
      expect(result.steps.every(({ outcome }) => outcome === "left")).toBe(true);
      expect((await lstat(patient.at("containers.json"))).isSymbolicLink()).toBe(true);
    }));
});
