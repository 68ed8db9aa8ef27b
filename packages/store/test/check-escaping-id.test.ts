import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { library, list, type Patient, record, withPatient } from "./support/health.ts";

/** A record that somebody has written into the file, and a folder outside of the store that it points to. */
async function withTrap(test: (patient: Patient, victim: string) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    const victim = path.join(patient.dir, "..", "victim");
    await mkdir(victim, { recursive: true });
    await writeFile(path.join(victim, "precious"), "precious");
    await mkdir(patient.dir, { mode: 0o700 });
    await patient.write(list(record("../victim")), "containers.json");
    await test(patient, victim);
  });
}

describe("a record whose id leads out of the store", () => {
  it.skipIf(library.found === undefined)("makes the real library remove what lies there", () =>
    withTrap(async ({ dir }, victim) => {
      const { stdout } = await runProcess(
        library.found!.peer,
        ["drive", "--dir", dir, "--allow-escaping-ids"],
        { input: '{"op":"delete","id":"../victim"}\n' },
      );
      expect(stdout).toBe('{"ok":true,"value":null}\n');
      expect(await readdir(path.dirname(victim))).not.toContain("victim");
    }),
  );

  it("is found by check, and can be deleted without harm", () =>
    withTrap(async ({ dir, codes }, victim) => {
      expect(await codes()).toContain("CHECK_ID_NO_FILE_NAME");
      await using store = await openContainerStore({ dir });
      for (const call of [
        store.bigData("../victim", "precious"),
        store.setBigData("../victim", "precious", "gone"),
        store.bigDataSize("../victim", "precious"),
      ]) {
        await expect(call).rejects.toMatchObject({ name: "StowageError" });
      }
      await store.delete("../victim");
      await store.gc({ minAge: 0 });
      expect(await store.list()).toEqual([]);
      expect(await readdir(victim)).toEqual(["precious"]);
    }));
});
