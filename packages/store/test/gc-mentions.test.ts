import { chmod, chown, mkdir, readdir, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { bundledChild, runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import type { OpenOptions } from "../src/index.ts";
import { A, C, type Patient, record, withPatient } from "./support/health.ts";

const D = "d3".repeat(32);
const BACKUP = "containers.json.stowage-backup-20250304T050607.089Z";
/** Bytes that are read at once. */
const CHUNK = 1 << 20;

/** A store, and folders of which no record speaks. */
async function withOrphans(test: (patient: Patient) => Promise<void>): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({ id: A });
    }
    for (const id of [C, D]) await mkdir(patient.at(id), { mode: 0o700 });
    await test(patient);
  });
}

/** What gc would remove and keep, and what it then does. */
async function collected(
  patient: Patient,
  options?: Partial<OpenOptions>,
): Promise<Record<"removed" | "kept", string[]>> {
  await using store = await patient.open(options);
  const planned = await store.gc({ minAge: 0, dryRun: true });
  const { removed, kept } = await store.gc({ minAge: 0 });
  expect(planned).toMatchObject({ removed, kept });
  return { removed: removed.map((item) => item.path), kept: kept.map((item) => item.path) };
}

describe("a copy of records that speaks of a folder", () => {
  it.each([
    ["across two pieces of what is read", "x".repeat(CHUNK - 10) + C],
    ["at the end of the first piece", "x".repeat(CHUNK - 64) + C],
    ["at the beginning of the second", "x".repeat(CHUNK) + C],
    ["among other digits", `${"0".repeat(70)}${C}${"f".repeat(70)}`],
    ["once", record(C)],
  ])("is found, %s", (_, content) =>
    withOrphans(async (patient) => {
      await patient.write(content, BACKUP);
      expect(await collected(patient)).toEqual({ removed: [D], kept: [C] });
    }),
  );

  it("is what check names beside the folders that gc keeps", () =>
    withOrphans(async (patient) => {
      await patient.write(record(C), BACKUP);
      const found = (await patient.check()).filter(({ code }) => code === "CHECK_FOLDER_ORPHANED");
      const messageOf = (id: string) => found.find((each) => each.path === patient.at(id))?.message;
      expect(messageOf(C)).toContain(`gc keeps it for as long as ${patient.at(BACKUP)} speaks of it`);
      expect(messageOf(D)).not.toContain("gc");
    }));

  it.each([true, false])("counts also in the other mode's folder; transient: %s", (transient) =>
    withOrphans(async (patient) => {
      await mkdir(patient.runDir, { mode: 0o700 });
      const other = transient ? patient.dir : patient.runDir;
      await writeFile(path.join(other, "volatile-containers.json.stowage-backup-1"), record(C));
      const { kept } = await collected(patient, { runDir: patient.runDir, transient });
      expect(kept).toEqual([C]);
    }),
  );

  it(
    "is searched whatever its size, in bounded memory",
    () =>
      withOrphans(async (patient) => {
        await patient.write("", BACKUP);
        // More than Node reads at once. Nothing of it is on the disk.
        await truncate(patient.at(BACKUP), 2 ** 31 + CHUNK);
        const before = process.memoryUsage.rss();
        await using store = await patient.open();
        expect((await store.gc({ minAge: 0, dryRun: true })).removed).toHaveLength(2);
        expect(process.memoryUsage.rss() - before).toBeLessThan(300 * CHUNK);
      }),
    60_000,
  );

  it("may be ended while it is searched", () =>
    withOrphans(async (patient) => {
      await patient.write("", BACKUP);
      await truncate(patient.at(BACKUP), 2 ** 40);
      await using store = await patient.open();
      await expect(store.gc({ signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
        name: "TimeoutError",
      });
      expect(await readdir(patient.dir)).toEqual(expect.arrayContaining([C, D]));
    }));

  it("keeps all when it cannot be read: it may speak of any of them", ({ skip }) =>
    withOrphans(async (patient) => {
      if (process.getuid?.() !== 0) return skip("only root can hand a store to somebody else");
      const nobody = 65_534;
      await patient.write(record(C), BACKUP);
      for (const name of await readdir(patient.dir))
        if (name !== BACKUP) await chown(patient.at(name), nobody, nobody);
      await chown(patient.dir, nobody, nobody);
      for (let above = path.dirname(patient.dir); above !== path.dirname(above); above = path.dirname(above))
        if (above.includes("stowage")) await chmod(above, 0o755);
      const child = await bundledChild(new URL("support/as-nobody-child.ts", import.meta.url));
      const args = [
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        process.execPath,
        child,
        patient.dir,
        "false",
      ];
      const gc = await runProcess("setpriv", [...args, "gc"]);
      if (!gc.stdout.startsWith("{")) return skip("the clone cannot be read by other users");
      expect(JSON.parse(gc.stdout)).toMatchObject({ code: "ERR_PERMISSION", path: patient.at(BACKUP) });
      expect(await readdir(patient.dir)).toEqual(expect.arrayContaining([C, D]));
      const check = await runProcess("setpriv", [...args, "check"]);
      expect(JSON.parse(check.stdout)).toMatchObject({
        done: expect.stringContaining("CHECK_FOLDER_ORPHANED") as string,
      });
    }));
});
