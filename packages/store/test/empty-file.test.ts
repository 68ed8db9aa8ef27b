import { describe, expect, it } from "vitest";
import { A, B, list, record, withPatient } from "./support/health.ts";

/** A stable file without a byte and without a token holds no records; beside a token it is damage. */
describe("a stable file without a byte, that nobody wrote to by the token", () => {
  it.each([
    ["a volatile container is created", (store) => store.create({ id: B, volatile: true })],
    ["a volatile container is changed", (store) => store.setMetadata(A, "m")],
    ["a stable container is created", (store) => store.create({ id: B })],
    ["all containers are removed", (store) => store.wipe()],
    ["the missing token is repaired", (store) => store.repair()],
    ["a missing item is taken out", (store) => store.repair({ codes: ["CHECK_BIG_DATA_MISSING"] })],
  ] satisfies [string, (store: Awaited<ReturnType<typeof openPatient>>) => Promise<unknown>][])(
    "can be read after %s",
    async (_, change) => {
      await withPatient(async (patient) => {
        await (await patient.open()).close();
        await patient.write("", "containers.json");
        await patient.write(list(record(A, { "big-data-names": ["k"] })), "volatile-containers.json");
        let expected: readonly string[];
        {
          await using store = await openPatient(patient);
          await change(store);
          expected = (await store.list()).map(({ id }) => id).toSorted();
        }
        expect((await patient.ids()).toSorted()).toEqual(expected);
        expect((await patient.codes()).filter((code) => code.startsWith("CHECK_FILE"))).toEqual([]);
      });
    },
  );
});

const openPatient = (patient: Parameters<Parameters<typeof withPatient>[0]>[0]) =>
  patient.open({ acceptDamage: false });
