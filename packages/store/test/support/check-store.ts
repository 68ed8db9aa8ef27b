import { treeListing } from "@stowage/test-kit";
import { expect } from "vitest";
import type { Finding } from "../../src/index.ts";
import { A, B, withPatient, type Patient } from "./health.ts";

/** A store with two containers, one stable and one volatile, each with an item. */
export async function withStore(test: (patient: Patient) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({
        id: A,
        names: ["web"],
        layer: "layer-a",
        bigData: [
          { key: "config.json", data: "first" },
          { key: "My Data", data: "second" },
        ],
      });
      await store.create({ id: B, names: ["db"], volatile: true, bigData: [{ key: "k", data: "third" }] });
    }
    expect(await patient.check()).toEqual([]);
    await test(patient);
  });
}

/** Nothing of a check may change anything. */
export async function checked(patient: Patient): Promise<readonly Finding[]> {
  const before = await treeListing(patient.dir);
  const findings = await patient.check();
  expect(await treeListing(patient.dir)).toEqual(before);
  return findings;
}

export async function only(patient: Patient): Promise<Finding> {
  const findings = await checked(patient);
  expect(findings.map(({ code }) => code)).toHaveLength(1);
  return findings[0]!;
}

/** A token that was stamped at that time, in milliseconds since 1970. */
export function token(time: number): Buffer {
  const bytes = Buffer.alloc(64, 7);
  bytes.writeBigUInt64LE(BigInt(time) * 1_000_000n);
  return bytes;
}
