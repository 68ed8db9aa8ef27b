import { chmod, lstat, readdir, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { A, type Patient, withPatient } from "./support/health.ts";

const DAYS = 24 * 3_600_000;

/** A transient store in whose run folder other things are, too. */
async function withRunFolder(
  test: (patient: Patient, inRun: (name: string) => string, options: object) => Promise<void>,
): Promise<void> {
  await withPatient(async (patient) => {
    const options = { runDir: patient.runDir, transient: true };
    {
      await using store = await patient.open(options);
      await store.create({ id: A, volatile: true });
    }
    await test(patient, (name) => path.join(patient.runDir, name), options);
  });
}

describe("a transient store's run folder", () => {
  const left = [
    ".tmp-volatile-containers.json123",
    ".tmp-volatile-containers.json0123456789abcdef",
    "volatile-containers.json.1234567",
  ];
  const others = [
    ".tmp-containers.json123",
    ".tmp-0123456789abcdef",
    "other.json.1234567",
    ".stowage-removed-1",
  ];

  it("is looked through for what writes of the volatile file have left, and for nothing else", () =>
    withRunFolder(async (patient, inRun, options) => {
      const then = new Date(Date.now() - 3 * DAYS);
      for (const name of [...left, ...others]) {
        await writeFile(inRun(name), "12", { mode: 0o600 });
        await utimes(inRun(name), then, then);
      }
      const found = (await patient.check(options)).map(({ code, path: place }) => [code, place]).sort();
      expect(found).toEqual(left.map((name) => ["CHECK_FILE_TEMPORARY", inRun(name)]).sort());
      await using store = await patient.open(options);
      const { removed } = await store.gc();
      expect(removed.map((item) => item.path).sort()).toEqual(left.map(inRun).sort());
      expect((await readdir(patient.runDir)).filter((name) => left.includes(name))).toEqual([]);
      expect(await readdir(patient.runDir)).toEqual(expect.arrayContaining(others));
      expect((await store.list()).map(({ id }) => id)).toEqual([A]);
    }));

  it("may be looked into by others, but not be written to", () =>
    withRunFolder(async (patient, _, options) => {
      await chmod(patient.runDir, 0o751);
      expect(await patient.codes(options)).toEqual([]);
      await chmod(patient.runDir, 0o777);
      expect(await patient.check(options)).toMatchObject([
        { code: "CHECK_MODE_WRONG", path: patient.runDir, repair: "safe" },
      ]);
      await using store = await patient.open(options);
      await store.repair();
      expect((await lstat(patient.runDir)).mode & 0o7777).toBe(0o755);
      // As /tmp: to narrow that would be no repair for those who share it.
      await chmod(patient.runDir, 0o1777);
      expect((await store.repair()).steps).toMatchObject([{ outcome: "failed" }]);
      expect((await lstat(patient.runDir)).mode & 0o7777).toBe(0o1777);
    }));
});
