import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import type { RepairOptions, RepairResult } from "../../src/index.ts";
import { A, B, withPatient, type Patient } from "./health.ts";

export async function withStore(test: (patient: Patient) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({ id: A, names: ["web"], bigData: [{ key: "config.json", data: "first" }] });
      await store.create({ id: B, names: ["db"], volatile: true, bigData: [{ key: "k", data: "second" }] });
    }
    await test(patient);
  });
}

export async function repaired(patient: Patient, options: RepairOptions = {}): Promise<RepairResult> {
  await using store = await patient.open();
  return await store.repair(options);
}

/** The outcome of each finding, `CODE outcome`. */
export const outcomes = ({ steps }: RepairResult): string[] =>
  steps.map(({ finding, outcome }) => `${finding.code} ${outcome}`);

/** After a repair: nothing is left to mend, and the real library lists the same. */
export async function assertWell(
  patient: Patient,
  ids: readonly string[],
  left: readonly string[] = [],
): Promise<void> {
  expect(await patient.codes()).toEqual(left);
  expect(await patient.ids()).toEqual(ids);
  const other = await patient.idsOfLibrary();
  if (other !== undefined) expect(other).toEqual(ids);
}

export const backups = async (patient: Patient): Promise<string[]> =>
  (await readdir(patient.dir)).filter((name) => name.includes(".stowage-backup-")).sort();
