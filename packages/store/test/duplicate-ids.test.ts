import { rm } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { A, B, C, list, record, withPatient, type Patient } from "./support/health.ts";
import { backups } from "./support/repair-store.ts";

/** As `Patient.open`, with what it warns of. */
async function withWarnings(
  patient: Patient,
  work: (store: Awaited<ReturnType<Patient["open"]>>) => Promise<unknown>,
): Promise<string[]> {
  const warnings: string[] = [];
  await using store = await patient.open({ onWarning: (text) => warnings.push(text) });
  await work(store);
  return warnings;
}

describe("a record whose id another one has", () => {
  it("is kept in a copy of the file when a save leaves it out", () =>
    withPatient(async (patient) => {
      await (await patient.open()).close();
      const before = list(record(A, { names: ["seen"] }), record(A, { names: ["unseen"] }), record(B));
      await patient.write(before, "containers.json");
      const warnings = await withWarnings(patient, (store) => store.setMetadata(B, "changed"));
      const [copy, ...others] = await backups(patient);
      expect(others).toEqual([]);
      expect(await patient.read(copy!)).toBe(before);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain(patient.at(copy!));
      expect(await patient.codes()).toEqual([]);
      // Once is enough.
      expect(await withWarnings(patient, (store) => store.setMetadata(B, "again"))).toEqual([]);
      expect(await backups(patient)).toEqual([copy]);
    }));

  it("does not come up from the other file when the seen one is deleted", () =>
    withPatient(async (patient) => {
      await (await patient.open()).close();
      const unseen = list(record(A, { names: ["unseen"] }));
      await patient.write(list(record(A, { names: ["seen"] }), record(B)), "containers.json");
      await patient.write(unseen, "volatile-containers.json");
      await withWarnings(patient, (store) => store.delete(A));
      expect(await patient.ids()).toEqual([B]);
      expect((await patient.idsOfLibrary()) ?? [B]).toEqual([B]);
      const copies = await backups(patient);
      expect(copies.map((copy) => copy.replace(/\.stowage.*/, ""))).toEqual(["volatile-containers.json"]);
      expect(await patient.read(copies[0]!)).toBe(unseen);
    }));

  it("leaves no copy behind by a change that is refused, nor by reading", () =>
    withPatient(async (patient) => {
      await (await patient.open()).close();
      await patient.write(list(record(A), record(A), record(B, { names: ["b"] })), "containers.json");
      await using store = await patient.open();
      expect(await store.list()).toHaveLength(2);
      await expect(store.create({ names: ["b"] })).rejects.toMatchObject({ code: "ERR_DUPLICATE_NAME" });
      expect(await backups(patient)).toEqual([]);
    }));
});

describe("a file of records that was removed", () => {
  it("begins anew with a list of the folders, which gc keeps until the list is gone", () =>
    withPatient(async (patient) => {
      {
        await using store = await patient.open();
        await store.create({ id: A, bigData: [{ key: "k", data: "v" }] });
        await store.create({ id: B, volatile: true, bigData: [{ key: "k", data: "v" }] });
      }
      await rm(patient.at("containers.json"));
      // A volatile change writes no stable file, and leaves the evidence as it is.
      expect(await withWarnings(patient, (store) => store.setMetadata(B, "m"))).toEqual([]);
      expect(await patient.codes()).toEqual(["CHECK_FILE_MISSING"]);
      const warnings = await withWarnings(patient, (store) =>
        store.create({ id: C, bigData: [{ key: "k", data: "v" }] }),
      );
      const [kept] = await backups(patient);
      expect(JSON.parse(await patient.read(kept!))).toEqual([A]);
      expect(warnings).toEqual([expect.stringContaining(patient.at(kept!)) as string]);
      {
        await using store = await patient.open();
        expect(await store.gc({ minAge: 0 })).toMatchObject({ removed: [], kept: [{ path: A }] });
      }
      await rm(path.join(patient.dir, kept!));
      await using store = await patient.open();
      expect((await store.gc({ minAge: 0 })).removed).toMatchObject([{ path: A }]);
    }));

  it("is nothing to tell of in a store that has only had volatile containers", () =>
    withPatient(async (patient) => {
      {
        await using store = await patient.open();
        await store.create({ id: B, volatile: true, bigData: [{ key: "k", data: "v" }] });
      }
      expect(
        await withWarnings(patient, (store) => store.create({ id: C, bigData: [{ key: "k", data: "v" }] })),
      ).toEqual([]);
      expect(await backups(patient)).toEqual([]);
    }));
});
