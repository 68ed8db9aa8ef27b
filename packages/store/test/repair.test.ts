import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { openLockFile } from "@stowage/lockfile";
import { treeListing } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { A, B, C, list, record, withPatient } from "./support/health.ts";
import { assertWell, outcomes, repaired, withStore } from "./support/repair-store.ts";

const digest = (text: string): string => `sha256:${createHash("sha256").update(text).digest("hex")}`;

describe("repair of big data", () => {
  it("does not take altered content for the right one without being asked by name", () =>
    withStore(async (patient) => {
      await patient.write("drift", A, "config.json");
      await patient.write("longer than it was", B, "k");
      const before = [await patient.read("containers.json"), await patient.read("volatile-containers.json")];
      const result = await repaired(patient);
      expect(outcomes(result)).toEqual(["CHECK_BIG_DATA_ALTERED left", "CHECK_BIG_DATA_RESIZED left"]);
      expect([await patient.read("containers.json"), await patient.read("volatile-containers.json")]).toEqual(
        before,
      );
    }));

  it.each([
    ["resized", "CHECK_BIG_DATA_RESIZED", "shorter", (file: string) => writeFile(file, "shorter")],
    ["altered", "CHECK_BIG_DATA_ALTERED", "drift", (file: string) => writeFile(file, "drift")],
    ["cut to nothing", "CHECK_BIG_DATA_RESIZED", "", (file: string) => truncate(file)],
  ] as const)("measures an item anew that was %s", (_, code, content, spoil) =>
    withStore(async (patient) => {
      await spoil(patient.at(A, "config.json"));
      expect(outcomes(await repaired(patient, { codes: [code] }))).toEqual([`${code} repaired`]);
      await assertWell(patient, [A, B]);
      await using store = await patient.open();
      expect(await store.bigDataSize(A, "config.json")).toBe(content.length);
      expect(await store.bigDataDigest(A, "config.json")).toBe(digest(content));
      expect(Buffer.from(await store.bigData(A, "config.json")).toString()).toBe(content);
    }),
  );

  it("puts the recorded content back when a write was killed before its record was saved", () =>
    withStore(async (patient) => {
      // As it stands between the two: the old item has a temporary name, the new one is in its place.
      await rename(patient.at(A, "config.json"), patient.at(".tmp-0123456789abcdef01234567"));
      await patient.write("never acknowledged", A, "config.json");
      // Others have left something, too, and somebody is bringing the same content in.
      await patient.write("sthg.", ".tmp-0123456789abcdef01234568");
      await patient.write("first", ".tmp-0123456789abcdef");
      const before = await patient.read("containers.json");
      const result = await repaired(patient);
      expect(outcomes(result)).toContain("CHECK_BIG_DATA_RESIZED repaired");
      // What was in its place is kept as well: it may be the one that is wanted.
      expect(await readFile(result.backups[0]!, "utf8")).toBe("never acknowledged");
      expect(await patient.read("containers.json")).toBe(before);
      expect(await patient.read(A, "config.json")).toBe("first");
      expect(await patient.read(".tmp-0123456789abcdef")).toBe("first");
      await assertWell(patient, [A, B], ["CHECK_FILE_TEMPORARY"]);
    }));

  it.each([
    ["when the item is missing", undefined],
    ["when its folder is, too", "folder"],
    ["when repair was asked to take it out of the record", "named"],
  ])("puts the recorded content back %s", (_, how) =>
    withStore(async (patient) => {
      await rename(patient.at(A, "config.json"), patient.at(".tmp-0123456789abcdef01234567"));
      if (how === "folder") await rm(patient.at(A), { recursive: true });
      const before = await patient.read("containers.json");
      const options = how === "named" ? { codes: ["CHECK_BIG_DATA_MISSING"] } : {};
      expect(outcomes(await repaired(patient, options))).toContain("CHECK_BIG_DATA_MISSING repaired");
      expect(await patient.read(A, "config.json")).toBe("first");
      expect(await patient.read("containers.json")).toBe(before);
    }),
  );

  it("puts the content of an item back whose file has as long a name as there can be", () =>
    withStore(async (patient) => {
      const key = "k".repeat(255);
      {
        await using store = await patient.open();
        await store.setBigData(A, key, "first");
      }
      await rename(patient.at(A, key), patient.at(".tmp-0123456789abcdef01234567"));
      await patient.write("never acknowledged", A, key);
      const result = await repaired(patient);
      expect(outcomes(result)).toContain("CHECK_BIG_DATA_RESIZED repaired");
      expect(await readFile(result.backups[0]!, "utf8")).toBe("never acknowledged");
      expect(await patient.read(A, key)).toBe("first");
    }));

  it("completes sizes and digests", () =>
    withStore(async (patient) => {
      await patient.write(
        list(record(A, { names: ["web"], "big-data-names": ["config.json"] })),
        "containers.json",
      );
      expect(outcomes(await repaired(patient))).toEqual(["CHECK_BIG_DATA_UNMEASURED repaired"]);
      await using store = await patient.open();
      const { bigDataSizes, bigDataDigests } = await store.get(A);
      expect([...bigDataSizes]).toEqual([["config.json", 5]]);
      expect([...bigDataDigests]).toEqual([["config.json", digest("first")]]);
    }));

  it("takes a missing item out of the record only when asked by name, and keeps a copy", () =>
    withStore(async (patient) => {
      const before = await patient.read("containers.json");
      await rm(patient.at(A, "config.json"));
      expect(outcomes(await repaired(patient))).toEqual(["CHECK_BIG_DATA_MISSING left"]);
      expect(await patient.read("containers.json")).toBe(before);
      const result = await repaired(patient, { codes: ["CHECK_BIG_DATA_MISSING"] });
      expect(outcomes(result)).toEqual(["CHECK_BIG_DATA_MISSING repaired"]);
      expect(await patient.read(path.basename(result.backups[0]!))).toBe(before);
      await assertWell(patient, [A, B]);
      await using store = await patient.open();
      expect(await store.bigDataNames(A)).toEqual([]);
    }));

  it("leaves what a person has to look at", () =>
    withStore(async (patient) => {
      await rm(patient.at(A, "config.json"));
      await symlink("/etc/passwd", patient.at(A, "config.json"));
      const { steps } = await repaired(patient);
      expect(steps).toMatchObject([{ outcome: "left", finding: { code: "CHECK_LINK", repair: "none" } }]);
      expect((await lstat(patient.at(A, "config.json"))).isSymbolicLink()).toBe(true);
    }));
});

describe("repair of modes and tokens", () => {
  it("sets modes, and touches no file of records for that", () =>
    withStore(async (patient) => {
      const token = await patient.read("containers.lock");
      const wrong: [string[], number][] = [
        [[], 0o755],
        [["containers.json"], 0o644],
        [["volatile-containers.json"], 0o666],
        [["containers.lock"], 0o666],
        [[A], 0o711],
        [[A, "config.json"], 0o640],
        [[B, "k"], 0o400],
      ];
      for (const [names, mode] of wrong) await chmod(patient.at(...names), mode);
      const result = await repaired(patient);
      expect(outcomes(result)).toEqual(wrong.map(() => "CHECK_MODE_WRONG repaired"));
      expect(result.backups).toEqual([]);
      expect(await patient.read("containers.lock")).toBe(token);
      const modes = await Promise.all(
        wrong.map(async ([names]) => (await lstat(patient.at(...names))).mode & 0o777),
      );
      expect(modes).toEqual([0o700, 0o600, 0o600, 0o644, 0o700, 0o600, 0o600]);
      await assertWell(patient, [A, B]);
    }));

  it("sets modes also of what lies deeper, of copies that repair kept, and of what an export holds", () =>
    withStore(async (patient) => {
      {
        await using store = await patient.open();
        await store.setBigData(A, "????>>>", "slash");
      }
      await mkdir(patient.at(".stowage-held-1"));
      await patient.write("[]", "containers.json.stowage-backup-20250304T050607.089Z");
      const wrong: [string[], number, number][] = [
        [[A, "=Pz8"], 0o777, 0o700],
        [[".stowage-held-1"], 0o777, 0o700],
        [["containers.json.stowage-backup-20250304T050607.089Z"], 0o666, 0o600],
      ];
      for (const [names, mode] of wrong) await chmod(patient.at(...names), mode);
      const findings = await patient.check();
      expect(findings.map(({ code }) => code)).toEqual(wrong.map(() => "CHECK_MODE_WRONG"));
      expect(findings.map(({ path: place }) => place).sort()).toEqual(
        wrong.map(([names]) => patient.at(...names)).sort(),
      );
      expect(outcomes(await repaired(patient))).toEqual(wrong.map(() => "CHECK_MODE_WRONG repaired"));
      for (const [names, , right] of wrong)
        expect((await lstat(patient.at(...names))).mode & 0o777).toBe(right);
      expect(await patient.codes()).toEqual([]);
    }));

  it.each([
    ["a missing", Buffer.alloc(0)],
    ["a short", Buffer.alloc(9, 1)],
    ["a long", Buffer.alloc(99, 1)],
    ["a future", Buffer.alloc(64, 0x7f)],
    ["an impossible", Buffer.alloc(64)],
  ])("writes a token in the place of %s one", (_, bytes) =>
    withStore(async (patient) => {
      const before = await patient.read("containers.json");
      await writeFile(patient.at("containers.lock"), bytes);
      expect((await repaired(patient)).steps).toMatchObject([{ outcome: "repaired" }]);
      expect((await lstat(patient.at("containers.lock"))).size).toBe(64);
      expect(await patient.read("containers.json")).toBe(before);
      await assertWell(patient, [A, B]);
    }),
  );
});

describe("repair and its rules", () => {
  it("shows with dryRun what it would do, with the read lock only", () =>
    withStore(async (patient) => {
      await patient.write("drift", A, "config.json");
      await rm(patient.at(B, "k"));
      const before = await treeListing(patient.dir);
      await using lock = await openLockFile(patient.at("containers.lock"));
      await using _reader = await lock.lockForReading();
      await using store = await patient.open({ lockTimeout: 0 });
      const result = await store.repair({ dryRun: true });
      expect(result).toMatchObject({ dryRun: true, backups: [] });
      expect(outcomes(result)).toEqual(["CHECK_BIG_DATA_ALTERED left", "CHECK_BIG_DATA_MISSING left"]);
      expect(await treeListing(patient.dir)).toEqual(before);
    }));

  it("does only what is chosen", () =>
    withStore(async (patient) => {
      await patient.write("drift", A, "config.json");
      await chmod(patient.at(B, "k"), 0o644);
      const result = await repaired(patient, { codes: ["CHECK_MODE_WRONG"] });
      expect(outcomes(result)).toEqual(["CHECK_BIG_DATA_ALTERED left", "CHECK_MODE_WRONG repaired"]);
      expect(await patient.codes()).toEqual(["CHECK_BIG_DATA_ALTERED"]);
    }));

  it.each([
    [
      "measures a file without end",
      "CHECK_BIG_DATA_UNMEASURED",
      record(A, { "big-data-names": ["config.json"] }),
    ],
    [
      "looks for content in such a file",
      "CHECK_BIG_DATA_MISSING",
      record(A, {
        "big-data-names": ["lost"],
        "big-data-sizes": { lost: 2 ** 40 },
        "big-data-digests": { lost: digest("") },
      }),
    ],
  ])("may be ended while it %s with the lock, and lets go of it", (_, code, own) =>
    withStore(async (patient) => {
      await patient.write(list(own), "containers.json");
      const place =
        code === "CHECK_BIG_DATA_MISSING" ? [".tmp-0123456789abcdef01234567"] : [A, "config.json"];
      await patient.write("", ...place);
      // Nothing of it is on the disk.
      await truncate(patient.at(...place), 2 ** 40);
      await using store = await patient.open();
      const signal = AbortSignal.timeout(200);
      await expect(store.repair({ codes: [code], signal })).rejects.toMatchObject({ name: "TimeoutError" });
      expect(await patient.read("containers.json")).toBe(list(own));
      await store.setMetadata(A, "next", { timeout: 0 });
    }),
  );

  it("refuses codes that it does not know, or can do nothing about", () =>
    withStore(async (patient) => {
      await using store = await patient.open();
      for (const code of ["CHECK_NOTHING", "toString", "CHECK_LINK", "CHECK_FOLDER_ORPHANED"]) {
        await expect(store.repair({ codes: [code] })).rejects.toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
      }
      await expect(store.repair({ codes: [7] as never })).rejects.toBeInstanceOf(TypeError);
      await expect(store.repair({ codes: "CHECK_LINK" as never })).rejects.toBeInstanceOf(TypeError);
    }));

  it("is refused by a store that was opened read-only", () =>
    withStore(async (patient) => {
      await chmod(patient.at(A, "config.json"), 0o644);
      await using store = await patient.open({ readOnly: true });
      await expect(store.repair()).rejects.toMatchObject({ code: "ERR_STORE_READ_ONLY" });
      expect((await store.repair({ dryRun: true })).steps).toMatchObject([{ outcome: "planned" }]);
    }));

  it("is seen by stores that are open, and leaves them usable", () =>
    withStore(async (patient) => {
      await using other = await patient.open();
      await other.list();
      await using store = await patient.open();
      await patient.write(`${list(record(A), record(C))}x`, "containers.json");
      await store.repair();
      for (const each of [store, other]) {
        expect((await each.list()).map(({ id }) => id)).toEqual([A, C, B]);
        await each.setMetadata(C, "still works");
      }
    }));

  it("finds nothing to do on a sound store, and then changes nothing", () =>
    withStore(async (patient) => {
      const before = await treeListing(patient.dir);
      expect(await repaired(patient)).toEqual({ steps: [], backups: [], dryRun: false });
      expect(await treeListing(patient.dir)).toEqual(before);
    }));

  it("works under the portable protocol", () =>
    withPatient(async (patient) => {
      await using store = await patient.open({ lock: "portable" });
      await store.create({ id: A, bigData: [{ key: "config.json", data: "first" }] });
      await patient.write("drift", A, "config.json");
      await patient.write(`${await patient.read("containers.json")}x`, "containers.json");
      const codes = ["CHECK_FILE_UNREADABLE", "CHECK_BIG_DATA_ALTERED"];
      expect(outcomes(await store.repair({ codes }))).toEqual(codes.map((code) => `${code} repaired`));
      expect(await store.check()).toEqual([]);
      expect(await store.bigDataDigest(A, "config.json")).toBe(digest("drift"));
    }));
});
